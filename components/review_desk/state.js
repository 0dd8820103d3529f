// The state of the desk: plain values and pure functions. No DOM, no storage, no clock.

/**
 * @typedef {"pending"|"complete"|"declined"} Status
 * @typedef {{value: any, rationale: string, cannot_judge: string|null}} Answered
 * @typedef {{answers: Object<string, Answered>, failure_spans: Object<string, string>,
 *   skip_reason: string}} Draft; pinned spans by trace, "" for the item's own
 * @typedef {{name: string, kind: string, heading: string, options: string[], comment: boolean,
 *   minimum: number|null, maximum: number|null, max_length: number|null, required: boolean,
 *   ask_why_on_fail: boolean, failing: string[], pass_cut: any}} Question
 * @typedef {{id: string, campaign: string, item: string, kind: "submit"|"skip"|"undo"|"reopen",
 *   answers: Object[], failure_spans: {trace: string, span: string}[], skip_reason: string, seconds: number,
 *   answered_at: number, base: Object<string, string>, seen: string[], person: string}} Entry
 * @typedef {{campaign: string, person: string, questions: Question[], advance: boolean,
 *   order: string[], status: Object<string, Status>, at: string|null, question: number,
 *   drafts: Object<string, Draft>, base: Object<string, Object<string, string>>,
 *   seconds: Object<string, number>, seen: Object<string, string[]>,
 *   past: {item: string, kind: string, draft: Draft}[], pace: number[]}} DeskState
 */

const AHEAD = 11; // items held ahead of the one on screen
const BATCH = 4; // of these the furthest, asked for together: four cost the server little more than one
const PACE_FROM = 5; // items before a remaining time is shown
const PACE_OVER = 20; // the latest items that the remaining time is taken from

/** @returns {DeskState} */
function newState(campaign, person, questions, advance) {
  return {
    campaign, person, questions, advance,
    order: [], status: {}, at: null, question: 0,
    drafts: {}, base: {}, seconds: {}, seen: {}, past: [], pace: [],
  };
}

/** @returns {Draft} */
function emptyDraft() {
  return { answers: {}, failure_spans: {}, skip_reason: "" };
}

/** The draft of an item, made on first use. @returns {Draft} */
function draftOf(state, item) {
  return (state.drafts[item] ??= emptyDraft());
}

/** A draft that this browser kept, also one from when an item had a single pin. @returns {Draft} */
function keptDraft({ failure_span: only, ...draft }) {
  return { ...emptyDraft(), ...(only ? { failure_spans: { "": only } } : {}), ...draft };
}

/** Pin a span of a trace, or take the pin off where it is pinned already; whether it is pinned now. */
function pin(state, item, trace, span) {
  const { failure_spans: pins } = draftOf(state, item);
  const off = !span || pins[trace] === span;
  if (off) delete pins[trace]; else pins[trace] = span;
  return !off;
}

/** The next pending item after `from` in list order, from the top after the end; null when none. */
function nextPending(state, from) {
  const start = state.order.indexOf(from) + 1;
  const turned = [...state.order.slice(start), ...state.order.slice(0, start)];
  return turned.find((item) => item !== from && state.status[item] === "pending") ?? null;
}

/** Items to have in hand: the one on screen, the next pending ones, the one before. */
function wanted(state) {
  const items = [];
  let item = state.at;
  while (item && items.length <= AHEAD && !items.includes(item)) {
    items.push(item);
    item = nextPending(state, item);
  }
  const before = state.order[state.order.indexOf(state.at) - 1];
  return before ? [...items, before] : items;
}

/** Whether to ask for what is missing now: there is enough of it, or some of it is near. */
function isDue(state, missing) {
  const far = wanted(state).slice(AHEAD + 1 - BATCH, AHEAD + 1);
  return missing.length >= BATCH || missing.some((item) => !far.includes(item));
}

/** Finished, all and remaining minutes (null before PACE_FROM items). */
function progress(state) {
  const done = state.order.filter((item) => state.status[item] !== "pending").length;
  const left = state.order.length - done;
  const pace = state.pace.slice(-PACE_OVER);
  if (pace.length < PACE_FROM || !left) return { done, all: state.order.length, minutes: null };
  const mean = pace.reduce((sum, seconds) => sum + seconds, 0) / pace.length;
  return { done, all: state.order.length, minutes: Math.max(1, Math.round((mean * left) / 60)) };
}

/** The value that digit `n` stands for; undefined when it stands for none. */
function valueOfDigit(question, n) {
  if (question.kind === "pass_fail") return n <= 2 ? n === 1 : undefined;
  return ["choice", "choices"].includes(question.kind) ? question.options[n - 1] : undefined;
}

/** Put a value into the draft; several choices toggle. */
function choose(state, item, question, value) {
  const draft = draftOf(state, item);
  const before = draft.answers[question.name];
  let now = value;
  if (question.kind === "choices") {
    const chosen = Array.isArray(before?.value) ? before.value : [];
    now = chosen.includes(value) ? chosen.filter((v) => v !== value) : [...chosen, value];
  }
  draft.answers[question.name] = {
    value: now, rationale: before?.rationale ?? "", cannot_judge: null,
  };
}

/** Say that the question cannot be judged, and why. */
function cannotJudge(state, item, question, why) {
  const before = draftOf(state, item).answers[question.name];
  const rationale = before?.rationale ?? "";
  draftOf(state, item).answers[question.name] = { value: null, rationale, cannot_judge: why };
}

/** Note the reason of an answer. */
function explain(state, item, question, text) {
  const answers = draftOf(state, item).answers;
  const before = answers[question.name] ?? { value: null, cannot_judge: null };
  answers[question.name] = { ...before, rationale: text };
}

/** Take the answer to a question out of the draft. */
function clearAnswer(state, item, question) {
  delete draftOf(state, item).answers[question.name];
}

/** Whether a question has an answer worth sending. */
function isAnswered(question, answered) {
  if (!answered) return false;
  if (answered.cannot_judge) return true;
  const { value } = answered;
  if (question.kind === "text") return typeof value === "string" && value.trim() !== "";
  if (question.kind === "number") return typeof value === "number" && Number.isFinite(value);
  if (question.kind === "choices") return Array.isArray(value) && value.length > 0;
  return value !== null && value !== undefined;
}

/** Whether the value is a failing one. */
function isFailing(question, value) {
  if (question.kind === "pass_fail") return value === false;
  if (question.kind === "number" && typeof question.pass_cut === "number") {
    return value < question.pass_cut;
  }
  return question.failing.includes(value);
}

/** What still keeps a question from being saved, as a sentence; "" when nothing does. */
function problemOf(question, answered) {
  if (question.kind === "number" && Number.isNaN(answered?.value)) {
    return `“${question.heading}” takes a number.`;
  }
  if (!isAnswered(question, answered)) {
    return question.required ? `“${question.heading}” still needs an answer.` : "";
  }
  const { value, rationale, cannot_judge: unjudged } = answered;
  if (unjudged) return "";
  if (question.ask_why_on_fail && isFailing(question, value) && !rationale.trim()) {
    return `Please say why for “${question.heading}”.`;
  }
  const { minimum: low, maximum: high, max_length: longest } = question;
  if (question.kind === "number" && ((low !== null && value < low) || (high !== null && value > high))) {
    return `“${question.heading}” takes a number from ${low ?? "any"} to ${high ?? "any"}.`;
  }
  if (question.kind === "text" && longest && value.length > longest) {
    return `“${question.heading}” takes at most ${longest} characters.`;
  }
  return "";
}

/** The first question that cannot be saved yet: its index and the sentence; null when none. */
function firstProblem(state, item) {
  const { answers } = draftOf(state, item);
  for (const [index, question] of state.questions.entries()) {
    const sentence = problemOf(question, answers[question.name]);
    if (sentence) return { index, sentence };
  }
  return null;
}

/** Make an entry of what is in the draft, and move the item's status. @returns {Entry} */
function makeEntry(state, kind, item, id, now) {
  const draft = draftOf(state, item);
  const asked = state.questions.filter((q) => isAnswered(q, draft.answers[q.name]));
  const entry = {
    id, kind, item, campaign: state.campaign, person: state.person,
    answers: kind === "submit" ? asked.map((q) => ({ question: q.name, ...draft.answers[q.name] })) : [],
    failure_spans: kind === "submit"
      ? Object.entries(draft.failure_spans).map(([trace, span]) => ({ trace, span })) : [],
    skip_reason: kind === "skip" ? draft.skip_reason : "",
    seconds: Math.round((state.seconds[item] ?? 0) * 10) / 10,
    answered_at: now,
    base: { ...(state.base[item] ?? {}) },
    seen: state.seen[item] ?? [],
  };
  if (kind === "submit" || kind === "skip") {
    state.past.push({ item, kind, draft: structuredClone(draft) });
    if (kind === "submit" && state.status[item] === "pending") state.pace.push(entry.seconds);
    rebase(state, item, entry);
  }
  state.status[item] = { submit: "complete", skip: "declined" }[kind] ?? "pending";
  return entry;
}

/** After a submit or skip, the person has seen their own new answers: later entries build on them. */
function rebase(state, item, entry) {
  const base = (state.base[item] ??= {});
  for (const answer of entry.answers) base[answer.question] = entry.id;
  for (const { trace } of entry.failure_spans) base[`first_failure ${trace}`.trim()] = entry.id;
  if (entry.kind === "skip") base.skip_reason = entry.id;
  for (const name of Object.keys(entry.base)) if (entry.kind === "submit") base[name] = entry.id;
}

/** Undo the latest submit or skip: its item comes back as it was. @returns {string|null} the item */
function undoLast(state) {
  const last = state.past.pop();
  if (!last) return null;
  state.drafts[last.item] = last.draft;
  if (last.kind === "submit") state.pace.pop();
  return last.item;
}

/** Take a refused entry back: its answers are the draft again and nothing is lost. */
function takeBack(state, entry) {
  const draft = emptyDraft();
  for (const { question, ...answered } of entry.answers ?? []) draft.answers[question] = answered;
  for (const { trace, span } of entry.failure_spans ?? []) draft.failure_spans[trace] = span;
  if (entry.failure_span) draft.failure_spans[""] = entry.failure_span;
  draft.skip_reason = entry.skip_reason ?? "";
  state.drafts[entry.item] = draft;
  state.status[entry.item] = "pending";
  state.past = state.past.filter((p) => p.item !== entry.item);
}

/** Add the visible, active time since the last sign of life; a longer pause counts as `cap`. */
function addTime(state, item, milliseconds, cap = 60_000) {
  const seconds = Math.min(Math.max(milliseconds, 0), cap) / 1000;
  state.seconds[item] = (state.seconds[item] ?? 0) + seconds;
}

/** Note that something beside the trace was shown for an item; whether that is news. */
function noteSeen(state, item, what) {
  const seen = (state.seen[item] ??= []);
  const isNew = !seen.includes(what);
  if (isNew) seen.push(what);
  return isNew;
}
