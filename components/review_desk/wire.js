// The wire: what is sent to the server and when, and what comes back.

const RETRY_MS = 3000; // unsaved answers and unmet wishes are sent again this often
const SOON_MS = 500; // the first time sooner: the write was only slow
const LATE_MS = 6000; // unsaved for longer than this is shown as waiting
const ADOPT_BEATS = 30; // seconds between looks for what closed tabs have left
const AFTER = { submit: "complete", skip: "declined", undo: "pending", reopen: "pending" };

class Wire {
  /** @param {Desk} desk @param {Object} data the first data of the server */
  constructor(desk, data) {
    this.desk = desk;
    this.data = data;
    this.build = data.build;
    this.tab = thisTab();
    this.box = new Box(indexedDB, navigator.locks);
    this.outbox = new Outbox(this.box, data.person, this.tab);
    this.order = ""; // version of the item list in hand
    this.wish = null; // an item the person wants to see and that is not in hand
    this.stale = new Map(); // items in hand that are asked for anew -> what became of their entry
    this.gone = new Set(); // items whose trace was deleted meanwhile
    this.parts = []; // [item, part] asked for
    this.wantFacts = new Set();
    this.wantTitles = false;
    this.tick = 0;
    this.sentAt = 0;
    this.waitingSince = 0;
    this.lastSign = performance.now();
    this.notes = new Notes(this.box, desk.state);
    this.isKnown = this.isLoaded = false;
    this.ready = this.start();
  }

  async start() {
    await this.box.hold(this.tab.tab);
    await this.outbox.adopt();
    this.isKnown = true;
    await this.notes.read();
    this.desk.panels.resize(0);
  }

  // ---- what comes in ----------------------------------------------------------------------

  /** New data from the server; the first waits until this browser's own notes are read. */
  async receive(data, post) {
    this.post = post;
    await this.ready;
    const { desk } = this;
    this.data = data;
    const untold = data.receipts.filter((receipt) => this.settled(receipt));
    if (data.order) this.reorder(data.order);
    for (const [key, item] of Object.entries(data.items)) this.take(key, item);
    for (const [key, part, html] of data.parts) this.fill(key, part, html);
    for (const [key, html] of Object.entries(data.facts)) this.reveal(key, { html, ...data.beside[key] });
    if (data.titles) this.entitle(data.titles);
    for (const key of data.gone) this.forget(key);
    this.isLoaded = true;
    this.notice();
    this.arrive();
    for (const receipt of untold) this.tell(receipt);
    desk.draw();
    soon(() => this.layAhead());
    if (this.wishes().length) this.send();
  }

  arrive() {
    const { desk, data } = this;
    if (data.intro && !this.notes.begun && !this.introduced) desk.panels.open("intro", data.intro);
    this.introduced = true;
    if (this.wish && desk.held.has(this.wish)) { desk.say(""); desk.go(this.wish); return; }
    if (desk.item) return;
    const { order, status } = desk.state;
    const open = order.find((key) => status[key] === "pending");
    const first = this.arrived ? open : order.find((key) => key === data.start) ?? open;
    if (first && desk.held.has(first)) { this.arrived = true; desk.go(first); }
  }

  reorder({ version, keys }) {
    const { state } = this.desk;
    this.order = version;
    state.order = keys.map(([key]) => key).filter((key) => !this.gone.has(key));
    for (const [key, status] of keys) state.status[key] = status;
    for (const entry of this.outbox.entries) {
      if (entry.item in state.status) state.status[entry.item] = AFTER[entry.kind];
    }
  }

  take(key, item) {
    const { state, held, reader } = this.desk;
    held.set(key, item);
    if (!this.outbox.holds(key)) {
      if (this.stale.get(key) === "late") delete state.drafts[key];
      state.base[key] = item.own.base;
      state.drafts[key] ??= { ...emptyDraft(), ...structuredClone(item.own) };
    }
    if (this.stale.delete(key)) reader.drop(key);
    if (key === this.desk.item) reader.hold(key, item.html);
  }

  /** Lay the next items out while nobody waits for it. */
  layAhead() {
    const { state, held, reader } = this.desk;
    const next = wanted(state).slice(0, 4).find((key) => held.has(key) && !reader.has(key));
    if (!next) return;
    reader.hold(next, held.get(next).html);
    soon(() => this.layAhead());
  }

  fill(key, part, html) {
    this.parts = this.parts.filter(([k, p]) => k !== key || p !== part);
    this.desk.reader.fill(key, part, html);
    this.desk.panels.findAgain();
  }

  reveal(key, facts) {
    this.desk.facts.set(key, facts);
    this.wantFacts.delete(key);
  }

  entitle(titles) {
    this.titles = titles;
    this.wantTitles = false;
    this.desk.panels.drawList(this.desk.state, titles);
  }

  /** An item whose trace was deleted meanwhile leaves the list. */
  forget(key) {
    const { state } = this.desk;
    this.gone.add(key);
    if (!state.order.includes(key)) return;
    const next = nextPending(state, key);
    state.order = state.order.filter((k) => k !== key);
    this.stale.delete(key);
    if (this.wish === key) this.wish = null;
    if (key === this.desk.item) {
      if (next) this.desk.go(next); else this.desk.finished();
    }
    this.desk.say("An item was deleted in MLflow meanwhile and has left your list.");
  }

  /** Let go of an entry that is settled. @returns {boolean} whether there is something to tell */
  settled({ id, item, outcome }) {
    const [entry] = this.outbox.settle([id]);
    if (!entry) return false;
    this.wantFacts.delete(item);
    if (outcome === "saved") return false;
    this.order = "";
    if (outcome === "refused" && ["submit", "skip"].includes(entry.kind)) {
      takeBack(this.desk.state, entry);
      this.notes.draft(item);
    }
    return true;
  }

  /** Say what became of an entry that was not simply saved, and ask for its item anew. */
  tell({ item, outcome, sentence }) {
    const number = this.desk.state.order.indexOf(item) + 1;
    this.desk.say(number && item !== this.desk.item ? `Item ${number}: ${sentence}` : sentence);
    if (number) this.stale.set(item, outcome);
  }

  notice() {
    const line = this.desk.$(".notice");
    const stale = this.data.build !== this.build
      ? "There is a new version of this page. Reload it when it suits you; nothing is lost." : "";
    line.textContent = stale || this.data.notice;
    line.hidden = !line.textContent;
  }

  // ---- what goes out ----------------------------------------------------------------------

  /** Items to ask for, the one the person wants to see first; those far ahead wait for company. */
  wishes() {
    const { state, held } = this.desk;
    const keys = [...new Set([this.wish, ...this.stale.keys(), ...wanted(state)])];
    const missing = keys.filter((key) => key && (this.stale.has(key) || !held.has(key)));
    return this.stale.size || isDue(state, missing) ? missing.slice(0, 5) : [];
  }

  send() {
    if (!this.post) return;
    this.tick += 1;
    this.sentAt = performance.now();
    this.post({
      tick: this.tick, tab: this.tab.tab, entries: this.outbox.wire(), want: this.wishes(),
      parts: this.parts.slice(0, 8), facts: [...this.wantFacts], titles: this.wantTitles, order: this.order,
    });
  }

  /** Once a second: send again what is still open, and count the time. */
  beat() {
    this.countTime();
    this.beats = (this.beats ?? 0) + 1;
    if (this.beats % ADOPT_BEATS === 0) this.outbox.adopt();
    const waited = performance.now() - this.sentAt;
    const waiting = this.outbox.entries.length > 0;
    const open = waiting || this.parts.length || this.wantFacts.size || this.wantTitles || this.wishes().length;
    if (open && waited > (this.fresh ? SOON_MS : RETRY_MS)) { this.fresh = false; this.send(); }
    this.drawSaved();
  }

  /** Keep an entry and send it; the next item is on screen before either is done. */
  enter(kind, item) {
    const { state } = this.desk;
    this.countTime();
    const entry = makeEntry(state, kind, item, this.outbox.nextId(), Date.now());
    this.outbox.add(entry).then(() => this.drawSaved());
    this.waitingSince ||= performance.now();
    this.fresh = true;
    this.desk.facts.delete(item);
    this.checkTimeBox(entry.seconds);
    if (kind === "submit" || kind === "skip") state.seconds[item] = 0;
    soon(() => {
      this.send();
      this.notes.pace(entry.seconds);
      if (kind === "submit" || kind === "skip") this.notes.forget(item);
    });
  }

  /** Say once that the asked time is used up. */
  checkTimeBox(seconds) {
    const box = (this.data.time_box_minutes ?? 0) * 60;
    const { spent } = this.notes;
    if (box && spent < box && spent + seconds >= box) this.desk.panels.open("enough");
  }

  /** Go back to my reviews: at once when all is saved, else when it is, or when asked again. */
  leave() {
    if (this.outbox.entries.length && !this.isLeaving) {
      this.isLeaving = true;
      this.desk.say("One moment: your last answers are being saved. Press again to go now.");
      return;
    }
    this.leaving();
  }

  askPart(item, part) {
    this.parts.push([item, part]);
    this.send();
  }

  askFacts(item) {
    if (this.wantFacts.has(item)) return;
    this.wantFacts.clear();
    this.wantFacts.add(item);
    soon(() => this.send());
  }

  askTitles() {
    if (this.titles) return;
    this.wantTitles = true;
    this.send();
  }

  drawSaved() {
    if (!this.isKnown) return; // what waits in this browser is not read yet
    const { entries, unsafe, broken, others } = this.outbox;
    const count = entries.length;
    if (!count) this.waitingSince = 0;
    if (!count && this.isLeaving) { this.isLeaving = false; this.leaving(); }
    const late = count && performance.now() - this.waitingSince > LATE_MS;
    const answers = count === 1 ? "1 answer is" : `${count} answers are`;
    const words = broken && count ? "This browser cannot keep answers. Wait for “Saved” before you close it."
      : late ? `${answers} waiting to be saved. ${this.data.trouble || "Keep reading, they are safe in this browser."}`
        : count || unsafe ? "Saving …" : others ? "Saved · someone else’s answers wait in this browser" : "Saved";
    const place = this.desk.$(".saved");
    place.classList.toggle("wait", Boolean(count));
    place.classList.toggle("lost", Boolean(late));
    setWords(this.desk.$(".saved-text"), words);
    setWords(this.desk.$("[data-testid=desk-unsaved]"), String(count));
    if (this.desk.frame.classList.contains("over")) this.desk.drawDone(this.desk.state.order.length);
  }

  // ---- time --------------------------------------------------------------------------------

  /** Visible, active time since the last sign of life goes to the item on screen. */
  countTime() {
    const now = performance.now();
    const active = document.visibilityState === "visible" && this.alive;
    if (active && this.desk.item) addTime(this.desk.state, this.desk.item, now - this.lastSign);
    if (active) this.alive = now - this.aliveAt < 60_000;
    this.lastSign = now;
  }

  /** The person moved, scrolled or pressed a key. */
  sign() {
    this.countTime();
    this.alive = true;
    this.aliveAt = performance.now();
  }
}

/** Do something once the next picture is painted. */
function soon(work) {
  requestAnimationFrame(() => setTimeout(work, 0));
}

function setWords(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
