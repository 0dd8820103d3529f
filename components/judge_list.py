"""All judges of an experiment as rows, and the versions of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo

import streamlit as st
from markupsafe import Markup

from components.campaign_links import link
from components.campaign_list import heading, quiet
from components.judge_checks import address_of_check
from components.safe_text import marked
from components.words import counted, moment
from review_app.judge_check.values import Checked
from review_app.judges import Elsewhere, Judge, JudgeKey

_LIST = Markup('<div class="c-list">{}</div>')
_LINE = Markup(
    '<div class="c-row">{}<div class="c-quiet c-words">{}</div><div class="c-side">{}</div></div>'
)
_NAME = Markup("<b>{}</b>")
_BETWEEN = Markup(" · ")
KINDS: Mapping[str, str] = {
    "instructions": "",
    "memory": "looks up labeled examples, made elsewhere",
    "built-in": "one of MLflow’s own",
    "code": "code, made elsewhere",
}


def judge_lines(
    judges: Sequence[Sequence[Judge]],
    checked: Mapping[JudgeKey, Checked],
    address: Mapping[str, str],
) -> None:
    """Draw one row a judge.

    Args:
        judges: the versions of each, the newest first.
        checked: key, as it is stored -> the newest check.
        address: what every link keeps.
    """
    rows = []
    for versions in judges:
        newest = versions[0]
        checks = [checked[v.key.stored] for v in versions if v.key.stored in checked]
        rows.append(
            _LINE.format(
                link(
                    newest.name,
                    {**address, "judge": newest.name, "version": str(newest.version)},
                ),
                marked(" · ".join(filter(None, [*_about(newest), _versions(versions)]))),
                marked(checks[0].verdict.capitalize() if checks else "Not checked yet"),
            )
        )
    st.html(str(_LIST.format(Markup("").join(rows))))


def elsewhere_lines(found: Sequence[Elsewhere], checked: Mapping[JudgeKey, Checked]) -> None:
    """Draw one row a judge of another tool; each leads to its newest check, or to a first one."""
    heading("Scores that came with the traces")
    quiet(
        f"Of judges that are not registered here, among the newest"
        f" {counted(found[0].looked_at, 'trace')}. They can be checked like all others."
    )
    rows = [
        _LINE.format(
            _NAME.format(marked(f"{one.key.question} by {one.key.source}")),
            marked(f"{counted(one.scores, 'score')}"),
            _check_of(one.key, checked.get(one.key.stored)),
        )
        for one in found
    ]
    st.html(str(_LIST.format(Markup("").join(rows))))


def _check_of(key: JudgeKey, newest: Checked | None) -> Markup:
    if newest is not None:
        return link(newest.verdict.capitalize(), address_of_check(newest))
    to = {"go": "judge_check", "question": key.question, "judge": key.source}
    return link("Check against people", to)


def version_links(versions: Sequence[Judge], shown: Judge, address: Mapping[str, str]) -> None:
    """Draw a link to each version but the one that is shown."""
    others = [one for one in versions if one.version != shown.version]
    if others:
        links = [
            link(
                f"version {one.version}",
                {**address, "judge": one.name, "version": str(one.version)},
            )
            for one in others
        ]
        quiet(Markup("Also: ") + _BETWEEN.join(links))


def judge_words(judge: Judge, newest: int, learned: str, zone: tzinfo) -> str:
    """Return which version it is, what it says, with which model, and what it learned from."""
    which = f"Version {judge.version}" + (", the newest" if judge.version == newest else "")
    learns = f"learned from {learned} with {judge.aligned_by}" if judge.aligned_by else ""
    if learned and not learns:
        learns = f"goes back to a version that learned from {learned}"
    passes = f"passes from {judge.threshold:g}" if judge.threshold is not None else ""
    parts = [which, *_about(judge), passes, learns, made(judge, zone)]
    return " · ".join(filter(None, parts))


def made(judge: Judge, zone: tzinfo) -> str:
    """Return when a version was registered and by whom."""
    when = moment(judge.created_ms, zone) if judge.created_ms else ""
    who = f"by {judge.owner}" if judge.owner else "outside this app"
    return f"registered {when}{' ' if when else ''}{who}"


def _about(judge: Judge) -> list[str]:
    says = f"says {judge.value}" if judge.value else ""
    return [text for text in (KINDS[judge.kind], says, judge.model) if text]


def _versions(versions: Sequence[Judge]) -> str:
    aligned = versions[0].aligned_by
    count = counted(len(versions), "version")
    return f"{count}, the newest aligned with {aligned}" if aligned else count
