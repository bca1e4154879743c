"""Zoho's own Python SDK (for API v2) deletes records in the sandbox and understands it.

The SDK has global state, opens files it does not close and logs full URLs; so it runs in a
process of its own, with its files under the test's folder.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from zohotui.sandbox import Org, Sandbox, serve

# Looked for and not imported: it is large, and runs in a process of its own.
pytestmark = pytest.mark.skipif(find_spec("zcrmsdk") is None, reason="the SDK is not installed")

_SCRIPT = """
import json, sys
from zcrmsdk.src.com.zoho.api.authenticator.oauth_token import OAuthToken
from zcrmsdk.src.com.zoho.api.authenticator.store import FileStore
from zcrmsdk.src.com.zoho.api.logger import Logger
from zcrmsdk.src.com.zoho.crm.api.dc.data_center import DataCenter
from zcrmsdk.src.com.zoho.crm.api.initializer import Initializer
from zcrmsdk.src.com.zoho.crm.api.parameter_map import ParameterMap
from zcrmsdk.src.com.zoho.crm.api.record import RecordOperations
from zcrmsdk.src.com.zoho.crm.api.header_map import HeaderMap
from zcrmsdk.src.com.zoho.crm.api.record.record_operations import (
    DeleteRecordsHeader,
    DeleteRecordsParam,
    DeleteRecordUsingExternalIDHeader,
    DeleteRecordUsingExternalIDParam,
)
from zcrmsdk.src.com.zoho.crm.api.sdk_config import SDKConfig
from zcrmsdk.src.com.zoho.crm.api.user_signature import UserSignature

job = json.load(sys.stdin)
url, folder = job["url"], job["folder"]
Initializer.initialize(
    user=UserSignature("anna@acme.example"),
    environment=DataCenter.Environment(url, url + "/oauth/v2/token", url, "local"),
    token=OAuthToken(
        client_id=job["client_id"],
        client_secret=job["client_secret"],
        refresh_token=job["refresh_token"],
    ),
    store=FileStore(folder + "/tokens.txt"),
    sdk_config=SDKConfig(auto_refresh_fields=False),
    resource_path=folder,
    logger=Logger.get_instance(level=Logger.Levels.INFO, file_path=folder + "/sdk.log"),
)


def described(answer):
    return {
        "kind": type(answer).__name__,
        "code": answer.get_code().get_value(),
        "status": answer.get_status().get_value(),
        "message": answer.get_message().get_value(),
        "details": {key: str(value) for key, value in answer.get_details().items()},
    }


results = []
for call in job["calls"]:
    params = ParameterMap()
    for record_id in call["ids"]:
        params.add(DeleteRecordsParam.ids, record_id)
    params.add(DeleteRecordsParam.wf_trigger, call["wf_trigger"])
    headers, by_value = HeaderMap(), call.get("external")
    if by_value and call.get("one"):
        headers.add(DeleteRecordUsingExternalIDHeader.x_external, by_value)
        params = ParameterMap()
        params.add(DeleteRecordUsingExternalIDParam.wf_trigger, call["wf_trigger"])
        response = RecordOperations().delete_record_using_external_id(
            call["ids"][0], call["module"], params, headers
        )
    else:
        if by_value:
            headers.add(DeleteRecordsHeader.x_external, by_value)
        response = RecordOperations().delete_records(call["module"], params, headers)
    answer = response.get_object()
    items = answer.get_data() if hasattr(answer, "get_data") else None
    results.append(
        {
            "status": response.get_status_code(),
            "items": None if items is None else [described(item) for item in items],
            "flat": described(answer) if items is None else None,
        }
    )
print(json.dumps(results))
"""


def run_sdk(sandbox: Sandbox, folder: Path, *calls: dict[str, Any]) -> list[dict[str, Any]]:
    """Let the SDK make the calls, one after the other; what it understood of each."""
    with serve(sandbox) as url:
        job = {
            "url": url,
            "folder": str(folder),
            "client_id": sandbox.client_id,
            "client_secret": sandbox.client_secret,
            "refresh_token": sandbox.refresh_token,
            "calls": [{"module": "Leads", "wf_trigger": True} | call for call in calls],
        }
        result = subprocess.run(
            [sys.executable, "-c", _SCRIPT],
            input=json.dumps(job),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            cwd=folder,
            env={"HOME": str(folder), "NO_PROXY": "*"},
        )
    assert result.returncode == 0, result.stderr
    answers: list[dict[str, Any]] = json.loads(result.stdout.splitlines()[-1])
    return answers


def codes(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(item["code"], item["details"].get("id", "")) for item in answer["items"]]


@pytest.fixture
def org() -> Org:
    return Org.empty()


def test_the_sdk_deletes_and_understands_the_answers(org: Org, tmp_path: Path) -> None:
    sandbox = Sandbox(org)
    ids = org.add_records("Leads", 110)
    org.lock("Leads", ids[105])
    good, mixed, failed, wrong = run_sdk(
        sandbox,
        tmp_path,
        {"ids": ids[:100], "wf_trigger": False},
        {"ids": [ids[100], ids[0], ids[105]]},
        {"ids": ids[:2]},
        {"ids": ids[:1], "module": "Nonsense"},
    )
    assert (good["status"], codes(good)) == (200, [("SUCCESS", i) for i in ids[:100]])
    assert codes(mixed) == [
        ("SUCCESS", ids[100]),
        ("INVALID_DATA", ids[0]),
        ("RECORD_LOCKED", ids[105]),
    ]
    assert failed["status"] == 400
    assert codes(failed) == [("INVALID_DATA", ids[0]), ("INVALID_DATA", ids[1])]
    assert wrong["status"] == 400
    assert wrong["flat"]["code"] == "INVALID_MODULE"
    assert sandbox.ledger.deleted_ids("Leads") == ids[:101]
    assert [request.wf_trigger for request in sandbox.ledger.requests if request.ids] == [
        False,
        True,
        True,
        None,
    ]


def test_the_sdk_asks_for_a_token_first(org: Org, tmp_path: Path) -> None:
    sandbox = Sandbox(org)
    run_sdk(sandbox, tmp_path, {"ids": org.add_records("Leads", 1)})
    assert [request.path for request in sandbox.ledger.requests] == [
        "/oauth/v2/token",
        "/crm/v2/Leads",
    ]


def test_the_sdk_deletes_by_values_of_an_external_field(org: Org, tmp_path: Path) -> None:
    sandbox = Sandbox(org)
    ids = org.add_records("Leads", 4)
    org.externals.define("Leads", "External")
    for number, record_id in enumerate(ids):
        org.externals.give("Leads", "External", record_id, f"K-{number}")
    # The name in the sample of the page that the project started from.
    named = {"external": "Leads.External"}
    both, mixed, one, gone = run_sdk(
        sandbox,
        tmp_path,
        {"ids": ["K-0", "K-1"], **named},
        {"ids": ["K-2", "K-9"], **named},
        {"ids": ["K-3"], "one": True, **named},
        {"ids": ["K-3"], "one": True, **named},
    )
    assert (both["status"], codes(both)) == (200, [("SUCCESS", ids[0]), ("SUCCESS", ids[1])])
    # Of an item's details the SDK for v2 keeps the keys that it knows, and no external field.
    assert codes(mixed) == [("SUCCESS", ids[2]), ("INVALID_DATA", "")]
    assert mixed["items"][1]["message"] == "The value of the external field is invalid."
    assert codes(one) == [("SUCCESS", ids[3])]
    assert gone["flat"]["code"] == "INVALID_DATA"
    assert sandbox.ledger.deleted_ids("Leads") == ids
