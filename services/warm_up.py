"""The warm-up: heavy imports and the store, opened before the first person needs them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from review_app.errors import ReviewError
from services.app import services_for
from services.campaigns import Campaigns
from services.settings import Settings

LOG = logging.getLogger(__name__)
PLANS = 8  # plans read at the start, of the newest open campaigns
_DONE = Event()


def is_warm() -> bool:
    """Tell whether the warm-up has ended, well or not."""
    return _DONE.is_set()


def warm_up(settings: Settings, then: Callable[[], None]) -> None:
    """Open the store and read campaigns and plans in a thread of their own; then call ``then``.

    After a restart all reviewers come back at once: a long plan is then read by one, not by each.
    A store that cannot be reached is logged: every page says so by itself and tries again.
    """

    def work() -> None:
        try:
            if settings.dialect == "oss":
                _read(services_for(settings).campaigns)
        except ReviewError as error:
            LOG.warning("The store could not be opened at the start: %s", error.sentence)
        finally:
            then()
            _DONE.set()

    Thread(target=work, name="warm-up", daemon=True).start()


def _read(campaigns: Campaigns) -> None:
    running = [campaign for campaign in campaigns.every() if campaign.status == "open"]
    for campaign in running[:PLANS]:
        campaigns.plan(campaign)
