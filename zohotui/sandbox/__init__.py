"""A simulated Zoho org as a WSGI application: for `--demo`, for the tests, and for practice."""

from zohotui.sandbox.app import Sandbox
from zohotui.sandbox.cloud import Cloud, UnknownHost
from zohotui.sandbox.faults import ConnectionDropped, Fault, FaultKind, Faults
from zohotui.sandbox.ledger import Deletion, Ledger, Request
from zohotui.sandbox.modules import Module
from zohotui.sandbox.org import Org
from zohotui.sandbox.people import User
from zohotui.sandbox.records import Record, State
from zohotui.sandbox.sample import sample_file
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
    "serve",
]
