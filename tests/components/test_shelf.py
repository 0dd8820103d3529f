"""The shelf of rendered items."""

from __future__ import annotations

from components.review_desk.shelf import Shelf


def test_what_was_used_last_stays():
    """When the shelf is full the item that nobody looked at for longest makes room."""
    shelf = Shelf(len, budget=10)
    shelf.put("a", "aaaa")
    shelf.put("b", "bbbb")
    assert shelf.get("a") == "aaaa"

    shelf.put("c", "cccc")

    assert shelf.get("b") is None
    assert shelf.get("a") == "aaaa"
    assert shelf.get("c") == "cccc"


def test_a_replaced_item_frees_its_room():
    """Putting an item again counts its room once."""
    shelf = Shelf(len, budget=10)
    for _ in range(5):
        shelf.put("a", "aaaa")
    shelf.put("b", "bbbb")

    assert shelf.get("a") == "aaaa"


def test_one_large_item_is_kept():
    """An item larger than the whole budget is still shown from the shelf until another comes."""
    shelf = Shelf(len, budget=3)
    shelf.put("a", "aaaa")
    assert shelf.get("a") == "aaaa"
