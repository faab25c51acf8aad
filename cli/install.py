"""``sohoa init`` and ``sohoa serve``: set an installation up, and serve its pages."""

from __future__ import annotations

import signal
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from cli.background import in_background
from cli.services import open_index, open_store
from cli.terminal import note, say
from cli.texts import _
from core.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType


def init() -> None:
    """Set up what is missing; safe to repeat."""
    import catalog
    from core.settings import settings

    current = settings()
    for folder in (current.root, current.work):
        made = _make(folder)
        say((_("made:      {what}") if made else _("was there: {what}")).format(what=folder))
    from web.settings import extras

    catalog.setup(extras())  # tables of people and of the ledger, besides the catalog's
    catalog.migrate()
    from catalog import batches, units
    from flows.drain import writing

    say(_("ready:     {what}").format(what=_("catalog")))
    open_store().check()  # makes the folder or the bucket
    say(_("ready:     {what}").format(what=_("object store")))
    with writing(wait=None), open_index() as index:  # a half-made index of another process looks like a damaged one
        if not index.exists() and not batches.status().documents:
            index.rebuild([])
        index.check()
        found = index.count()
    say(_("ready:     {what}").format(what=_("search index, results in it: {count}").format(count=found)))
    _make_pool()
    if not units.listing():
        note(_("Next: sohoa units add CODE NAME, then sohoa ingest PATH --unit CODE"))


def _make_pool() -> None:
    """At the Prefect server, where one is named for several machines: the pool of workers and what may be run."""
    from core.settings import settings
    from flows.prefect_home import configured_api

    if not settings().work_pool:
        return
    if not configured_api():
        raise UsageError(_("SOHOA_WORK_POOL names a pool at a Prefect server: set PREFECT_API_URL as well"))
    from flows import deployments
    from flows.run import connected

    with connected():
        deployments.ensure(settings().backlog_slots)
    say(_("ready:     {what}").format(what=_("work pool {name}").format(name=settings().work_pool)))


def _make(folder: Path) -> bool:
    """Make `folder` for its owner alone; whether it was missing. UsageError where that cannot be done."""
    missing = not folder.is_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        text = _("{folder} cannot be made ({why}): set SOHOA_HOME to a folder that you may write to")
        raise UsageError(text.format(folder=folder, why=error.strerror)) from error
    return missing


def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help=_("Port to listen on."))] = 8000,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help=_("Loopback address to listen on."))] = "127.0.0.1",
    worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help=_("Keep a server and a worker for runs warm as well."))
    ] = True,
) -> None:
    """Serve the search pages until Ctrl-C, with the server and the worker of the flows kept warm behind them."""
    _require_reach(host)
    from core.settings import settings
    from flows.serve import keep_warm
    from web import aside
    from web.asgi import make_application
    from web.server import listen, run

    signal.signal(signal.SIGTERM, _leave)
    application = make_application()
    aside.clear_away()
    from web.tending import tending  # their tables are there by now
    from web.webhooks.telling import telling

    try:
        with listen(host, port) as listening, in_background(partial(keep_warm, worker)), telling(), tending():
            address = f"http://{_in_url(host)}:{port}/"
            note(_("The search pages: {address}  (Ctrl-C stops them)").format(address=address))
            _lead_in(address)
            run(application, listening, behind_proxy=settings().public_url.startswith("https://"))
    except KeyboardInterrupt:
        note(_("Stopped."))


def _leave(number: int, frame: FrameType | None) -> None:
    """End like Ctrl-C does, so that all that was started is stopped on the way out."""
    raise KeyboardInterrupt


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _lead_in(address: str) -> None:
    """While there is nobody who could sign in: the address of the page that makes the first administrator."""
    from core.settings import settings
    from web import first

    if first.wanted():
        page = first.address(settings().public_url or address)
        note(_("Nobody can sign in yet. Begin here: {address}").format(address=page))


def _require_reach(host: str) -> None:
    """People on other machines come under a name of ours, so that cookies and addresses are right; it has to be set."""
    from core.settings import settings

    if host not in ("127.0.0.1", "localhost", "::1") and not settings().public_url:
        text = _("{host} can be reached from other machines: set SOHOA_PUBLIC_URL to the address that people will use")
        raise UsageError(text.format(host=host))
