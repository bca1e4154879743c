"""What belongs together is painted together: a frame of the whole screen takes long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual.app import App


@asynccontextmanager
async def one_frame(app: App[Any]) -> AsyncIterator[None]:
    """Paint all that is done meanwhile at once, with a dialog that closes before it.

    Only for a worker: it waits until the app has done what it has been told so far.
    """
    with app.batch_update():
        yield
        # Behind the end of the dialog, the way of the focus, and the keys that came before.
        done = asyncio.Event()
        if app.call_later(done.set):
            await done.wait()
    # The screen has been told of what differs, and was not let.
    app.screen.check_idle()
