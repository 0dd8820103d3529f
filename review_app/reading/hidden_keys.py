"""Which keys of a trace would tell the reviewer what produced it.

Keys are compared without case and punctuation (``ls_model_name`` = ``lsModelName``). The same
word can be a secret in one place and the user's own data in another ("model" of a request, "model"
of a car), so there is one rule per place:

- attributes: any key that speaks of model, provider, version, tokens, cost, user, prompt version;
- a request or response of a model: exact names, at its top level and in its settings;
- a message: the metadata that frameworks hang onto it;
- anything else around a model (chains, agents, own functions): names that can mean nothing else,
  and doubtful ones only where the value itself looks like a model or a provider;
- tool and retriever data, tool arguments and the text of messages: nothing, unless it is itself a
  complete request, response or message.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from review_app.reading.decode import names


def _words(text: str) -> frozenset[str]:
    return frozenset(names(text))


_MODEL_NAMES = _words(
    "model modelname modelid modeluri modelversion modelslug modelarn basemodel llm llmmodel"
    " llmname engine deployment deploymentname deploymentid azuredeployment endpoint endpointname"
    " servingendpoint servedmodel servedmodelname servedentityname lsmodelname responsemodel"
    " requestmodel mlflowllmmodel mlflowmodelid loggedmodelid foundationmodel"
)
_MODEL_NAME_ENDS = (
    "modelname",
    "modelid",
    "llmmodel",
    "responsemodel",
    "requestmodel",
    "modelservingendpointname",
)
_SURE = _words(
    "tokenusage tokenusages usagemetadata modelsusage llmusage llmoutput totaltokens prompttokens"
    " completiontokens inputtokens outputtokens cachedtokens inputtokencount outputtokencount"
    " prompttokencount generationtokencount totaltokencount inputtexttokencount"
    " systemfingerprint invocationparams responsemetadata lsmodelname lsprovider modelprovider"
    " llmprovider totalcost inputcost outputcost costusd costdetails appversion gitcommit"
    " gitsha promptname promptversion prompturi promptid linkedprompts userid enduserid useremail"
    " safetyidentifier modelconfig modeldict anthropicversion servicetier modelusage modelclient"
    " configlist hiddenparams litellmparams customllmprovider baseurl apibase apikey extraheaders"
    " betas guardrailconfig clientrequestid runmetadata vendorid requestmetadata"
)
_STRICT = (
    _MODEL_NAMES
    | _SURE
    | _words(
        "provider providername providerdetails providerresponseid providerurl vendor fingerprint"
        " usage tokens cost version apiversion commit tags assessments user username metrics"
        " rawresponse modelextra promptcachekey"
    )
)
_ATTRIBUTE_PARTS = re.compile(
    "model|provider|version|token|cost|usage|deployment|fingerprint|commit|vendor|userid|username"
    "|useremail|enduser|assessment|feedback|messageformat|invocationparam|servicetier|linkedprompt"
    "|promptname|prompturi|promptid|tracetag|responsemetadata|systemmetadata|servingendpoint"
    "|baseurl|apibase|apikey|serveraddress|responseid|gitsha|headrevision|release|rating|thumb"
    "|sessionid"
)
_ATTRIBUTE_NAMES = frozenset(
    {"tags", "tag", "user", "engine", "genaisystem", "llmsystem", "git", "lm"}
)
_CALL_SETTINGS = _words(
    "config configurable kwargs options extrabody params modelsettings generationconfig"
    " inferenceconfig additionalmodelrequestfields metadata llmconfig runconfig body"
    " requestmetadata additionalkwargs generationinfo providerspecificfields providermetadata"
    " modelrequestparameters meta"
)
_MESSAGE_SETTINGS = _words(
    "additionalkwargs generationinfo providerspecificfields providermetadata meta"
)
_OUTER_SETTINGS = _words(
    "config configurable llmconfig runconfig modelsettings generationconfig additionalkwargs"
    " generationinfo"
)
_MESSAGE_META = _words(
    "responsemetadata usagemetadata modelsusage tokenusage providerdetails providerresponseid"
    " providerurl providername"
)
_TOOL_DEFINITIONS = _words(
    "tools functions tooldefinitions mlflowchattools toolconfig genaitooldefinitions"
)
_LLM = re.compile(
    r"\b(?:chat-?gpt|gpt-?\d|gpt-(?:oss|image)|o[1345](?:-mini|-preview|-pro)?$|claude|gemini|gemma"
    r"|llama|mi[sx]tral|ministral|codestral|qwen|deepseek|command-[ra]|phi-?\d|dbrx|grok|kimi|glm-\d"
    r"|nova-(?:pro|lite|micro|premier)|titan-|text-embedding|embed-|databricks-|palm-?2|jamba"
    r"|openai|anthropic|vertex_ai|bedrock)",
    re.IGNORECASE,
)
_PROVIDER = re.compile(
    r"^(?:azure[-_ ]?(?:openai)?|openai|anthropic|bedrock|amazon[-_ ]?bedrock|google.*|vertex.*"
    r"|gemini|databricks|mistral(?:ai)?|cohere|groq|together.*|fireworks.*|ollama|xai|deepseek|perplexity"
    r"|hugging[-_ ]?face|nvidia|meta)$",
    re.IGNORECASE,
)
_CONTENT = _words(
    "systeminstruction system messages parts content contents functioncall toolcalls input prompt"
    " instructions"
)
_MESSAGE_TYPES = _words("human ai tool system function chat message request response")
_MESSAGE_CLASSES = ("Message", "MessageChunk", "Event")
_BODY_KEYS = _words("content _content parts blocks")
_EXCHANGE_MARKS = frozenset(
    {"object", "usage", "usage_metadata", "usageMetadata", "candidates", "generations"}
    | {"model", "modelId", "model_name"}
)
_MESSAGE_MARKS = frozenset(
    {"response_metadata", "usage_metadata", "models_usage", "type", "kind", "role", "_role"}
    | {"message"}
)
_LLM_SETTINGS = _words(
    "temperature max_tokens max_completion_tokens top_p provider system_prompt llm_config"
)
_ALWAYS_MODEL = _words("llm lm llmmodel llmname lsmodelname deploymentname aimodelid")
_RESPONSE_ID = re.compile(r"^(?:chatcmpl|cmpl|msg_|resp_|gen-)")
_RESPONSE_OBJECTS = ("chat.completion", "text_completion", "response")


@lru_cache(maxsize=8192)
def plain(key: str) -> str:
    """A key in lower case, letters and digits only."""
    return "".join(char for char in key.lower() if char.isascii() and char.isalnum())


@lru_cache(maxsize=8192)
def names_model(key: str) -> bool:
    """Whether a plain key holds the name or id of a model."""
    return key in _MODEL_NAMES or key.endswith(_MODEL_NAME_ENDS)


@lru_cache(maxsize=8192)
def hidden_attribute(key: str) -> bool:
    """Whether an attribute of that plain key is kept back."""
    named = key in _ATTRIBUTE_NAMES or key.endswith("llm")
    return named or _ATTRIBUTE_PARTS.search(key) is not None


def hidden_setting(key: str, value: Any) -> bool:
    """Whether a plain key of a model's request, response or settings is kept back."""
    if key == "prompt":
        return isinstance(value, dict) and "version" in value
    if key == "id":
        return is_provider_id(value)
    return key in _STRICT or names_model(key) or (key == "raw" and isinstance(value, dict))


def is_provider_id(value: Any) -> bool:
    """Whether an id has the look that one provider gives its responses."""
    return isinstance(value, str) and _RESPONSE_ID.match(value) is not None


def hidden_around(key: str, value: Any, known: set[str], *, beside_settings: bool) -> bool:
    """Whether a plain key at the top of a chain's, agent's or function's data is kept back.

    ``beside_settings`` says that the same dict sets a temperature or the like.
    """
    if key in _SURE or key in _ALWAYS_MODEL:
        return True
    if isinstance(value, str):
        if names_model(key):
            return beside_settings or value in known or _LLM.search(value) is not None
        return key in ("provider", "vendor") and _PROVIDER.match(value) is not None
    if key == "usage":
        return isinstance(value, dict) and _counts_tokens(value)
    return key in ("cost", "tokens") and isinstance(value, int | float)


def hidden_in_message(key: str, value: Any) -> bool:
    """Whether a plain key that a framework hangs onto a message is kept back."""
    if key in _MESSAGE_META:
        return True
    if key == "usage":
        return isinstance(value, dict) and _counts_tokens(value)
    if key == "model":
        return isinstance(value, str) and _LLM.search(value) is not None
    return names_model(key) or (key == "raw" and isinstance(value, dict))


def is_settings(key: str) -> bool:
    """Whether a plain key of a request or response holds settings rather than content."""
    return key in _CALL_SETTINGS


def is_message_settings(key: str) -> bool:
    """Whether a plain key of a message holds settings rather than content."""
    return key in _MESSAGE_SETTINGS


def is_settings_around(key: str) -> bool:
    """Whether a plain key of a chain's or agent's data holds settings of its model."""
    return key in _OUTER_SETTINGS


def is_tool_definitions(key: str) -> bool:
    """Whether a plain key holds the schemas of tools, which may have parameters of any name."""
    return key in _TOOL_DEFINITIONS


def _counts_tokens(usage: dict[str, Any]) -> bool:
    return any("token" in key.lower() or key == "requests" for key in usage)


def is_exchange(value: dict[str, Any]) -> bool:
    """Whether a dict is by itself a complete request to, or response of, a model."""
    if _EXCHANGE_MARKS.isdisjoint(value):
        return False
    kind = value.get("object")
    if isinstance(kind, str) and kind.startswith(_RESPONSE_OBJECTS):
        return True
    usage = value.get("usage", value.get("usage_metadata", value.get("usageMetadata")))
    if isinstance(usage, dict) and _counts_tokens(usage):
        return True
    if "candidates" in value or "generations" in value:
        return isinstance(value.get("candidates", value.get("generations")), list)
    named = "model" in value or "modelId" in value or "model_name" in value
    body = value.get("messages", value.get("contents", value.get("choices")))
    return named and isinstance(body, list)


def is_message(value: dict[str, Any]) -> bool:
    """Whether a dict is one message of a conversation."""
    if _MESSAGE_MARKS.isdisjoint(value):
        return False
    if "response_metadata" in value or "usage_metadata" in value or "models_usage" in value:
        return True
    kind = value.get("type", value.get("kind"))
    known = isinstance(kind, str) and (kind in _MESSAGE_TYPES or kind.endswith(_MESSAGE_CLASSES))
    if known or "role" in value or "_role" in value:
        return not _BODY_KEYS.isdisjoint(value)
    return "message" in value and ("raw" in value or "finish_reason" in value)


def sets_a_model(value: dict[str, Any]) -> bool:
    """Whether a dict holds settings that only a call of a model has."""
    return not _LLM_SETTINGS.isdisjoint(value)


def is_content(key: str) -> bool:
    """Whether a plain key inside settings holds what somebody said."""
    return key in _CONTENT
