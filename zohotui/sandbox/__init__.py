"""A simulated Zoho org as a WSGI application: for `--demo`, for the tests, and for practice."""

from zohotui.sandbox.app import Sandbox
from zohotui.sandbox.cloud import Cloud, UnknownHost
from zohotui.sandbox.faults import ConnectionDropped, Fault, FaultKind, Faults
from zohotui.sandbox.ledger import Deletion, Ledger, Request
from zohotui.sandbox.org.modules import Module
from zohotui.sandbox.org.org import Org
from zohotui.sandbox.org.people import User
from zohotui.sandbox.org.records import Record, State
from zohotui.sandbox.org.sample import sample_file, sample_org
from zohotui.sandbox.server import serve
from zohotui.sandbox.variants import Variants

__all__ = [
    "Cloud",
    "ConnectionDropped",
    "Deletion",
    "Fault",
    "FaultKind",
    "Faults",
    "Ledger",
    "Module",
    "Org",
    "Record",
    "Request",
    "Sandbox",
    "State",
    "UnknownHost",
    "User",
    "Variants",
    "sample_file",
    "sample_org",
    "serve",
]
