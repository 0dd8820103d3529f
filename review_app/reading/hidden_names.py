"""Names of models and providers in text that nobody said: step names, errors, attributes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_TOO_COMMON = frozenset(
    {"auto", "chat", "completion", "default", "false", "model", "none", "null", "true", "unknown"}
)
_MIN_NAME = 4
_PROVIDER_PACKAGES = re.compile(
    r"\b(?:langchain_)?(?:openai|anthropic|google[._]genai|generativeai|vertexai|boto(?:3|core)|"
    r"mistralai|groq|databricks_langchain|ollama|litellm)\b",
    re.IGNORECASE,
)
_HOSTS = re.compile(
    r"(?:https?://)?[\w.-]*(?:openai|anthropic|azure|googleapis|bedrock|databricks|mistral|cohere)"
    r"[\w-]*\.(?:com|ai|net|io)[\w.:-]*",
    re.IGNORECASE,
)
_PROVIDER_CLASSES = re.compile(
    "(?:Azure)?(?:OpenAI|Anthropic|Bedrock|VertexAI|GoogleGenerativeAI|MistralAI|Cohere|Groq|Ollama"
    "|Databricks)"
)


class NameHider:
    """Replaces names of models in text that nobody said: step names, errors, attributes."""

    def __init__(self, names: Iterable[str]) -> None:
        self._known: dict[str, str] = {}
        self._exact = {name.lower() for name in names}
        words = {word for name in names for word in (name, name.rsplit("/", 1)[-1])}
        words = {w for w in words if len(w) >= _MIN_NAME and w.lower() not in _TOO_COMMON}
        longest_first = sorted(words, key=lambda word: (-len(word), word))
        pattern = "|".join(re.escape(word) for word in longest_first)
        whole = rf"(?<![^\W_])(?:{pattern})(?![^\W_])"
        self._pattern = re.compile(whole, re.IGNORECASE) if words else None

    def text(self, text: str) -> str:
        """The text with "the model" and "provider" in place of their names."""
        if text not in self._known:
            named = text if self._pattern is None else self._pattern.sub("the model", text)
            self._known[text] = _PROVIDER_PACKAGES.sub("provider", _HOSTS.sub("the service", named))
        return self._known[text]

    def tree(self, value: Any) -> Any:
        """The same for every string of attributes or events."""
        if isinstance(value, str):
            return self.text(value)
        root: list[Any] = [value]
        stack: list[Any] = [root]
        while stack:
            holder = stack.pop()
            pairs = holder.items() if isinstance(holder, dict) else enumerate(holder)
            for key, item in list(pairs):
                if isinstance(item, str):
                    holder[key] = self.text(item)
                elif isinstance(item, dict | list):
                    holder[key] = item.copy()
                    stack.append(holder[key])
        return root[0]

    def span_name(self, name: str) -> str:
        """The name of a step, without names of models and of their providers' classes."""
        if name.lower() in self._exact:
            return "the model"
        return _PROVIDER_CLASSES.sub("Model", self.text(name))
