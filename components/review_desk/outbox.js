// The outbox: every entry stays in this browser until the server says that MLflow holds it.
// One IndexedDB record per entry, written with strict durability (localStorage loses all on a
// browser kill). A starting tab adopts the entries of tabs that are gone, under a Web Lock.

const BOX = "review-desk";
const TAB_LOCK = "review-desk-tab-";

/** One request of IndexedDB as a promise. */
function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Browser storage of entries, drafts and small notes; `indexedDB` and `locks` come from outside. */
class Box {
  /** @param {IDBFactory} factory @param {LockManager|undefined} locks */
  constructor(factory, locks) {
    this.factory = factory;
    this.locks = locks;
    this.opened = null;
  }

  /** @returns {Promise<IDBDatabase>} */
  database() {
    if (!this.opened) {
      const request = this.factory.open(BOX, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("entries", { keyPath: "id" });
        request.result.createObjectStore("notes", { keyPath: "id" });
      };
      this.opened = asked(request).then((database) => {
        database.onclose = () => { this.opened = null; };
        return database;
      });
      this.opened.catch(() => { this.opened = null; });
    }
    return this.opened;
  }

  /** Write records and resolve when the disk has them. */
  async put(store, ...records) {
    const transaction = (await this.database()).transaction(store, "readwrite", { durability: "strict" });
    for (const record of records) transaction.objectStore(store).put(record);
    transaction.commit(); // at once: a page that is being left does not live to do it later
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }

  async remove(store, ids) {
    const transaction = (await this.database()).transaction(store, "readwrite");
    for (const id of ids) transaction.objectStore(store).delete(id);
  }

  async all(store) {
    return asked((await this.database()).transaction(store).objectStore(store).getAll());
  }

  async get(store, id) {
    return asked((await this.database()).transaction(store).objectStore(store).get(id));
  }

  /** Hold the tab's lock for as long as the tab lives. @returns {Promise<boolean>} */
  hold(tab) {
    if (!this.locks) return Promise.resolve(true);
    return new Promise((resolve) => {
      this.locks.request(TAB_LOCK + tab, { ifAvailable: true }, (lock) => {
        resolve(Boolean(lock));
        return lock ? new Promise(() => {}) : undefined;
      });
    });
  }
}

/** One per document: a tab keeps its name and running number over page changes. */
function thisTab() {
  return (globalThis[Symbol.for("review-desk")] ??= { tab: crypto.randomUUID(), seq: 0 });
}

/** Entries in the order they were made: by tab, then by running number. */
function inOrder(entries) {
  const seq = (entry) => Number(entry.id.split(":")[1]);
  return [...entries].sort((a, b) => a.answered_at - b.answered_at || seq(a) - seq(b));
}

/** The unsaved answers of one person in one tab. */
class Outbox {
  /** @param {Box} box @param {string} person @param {{tab: string, seq: number}} tab */
  constructor(box, person, tab) {
    this.box = box;
    this.person = person;
    this.tab = tab;
    /** @type {Entry[]} */ this.entries = [];
    this.unsafe = 0; // entries that the disk of this browser does not hold yet
    this.others = 0; // entries of other people in this browser
    this.broken = false; // the browser refuses to store anything
  }

  /** Take over what tabs that are gone have left, and what this tab had before a page change. */
  async adopt() {
    const stored = await this.box.all("entries").catch(() => []);
    const mine = stored.filter((entry) => entry.person === this.person);
    this.others = stored.length - mine.length;
    const tabs = new Set(mine.map((entry) => entry.id.split(":")[0]));
    for (const tab of tabs) {
      if (tab === this.tab.tab || (await this.box.hold(tab))) {
        const known = new Set(this.entries.map((entry) => entry.id));
        this.entries.push(...mine.filter((e) => e.id.startsWith(`${tab}:`) && !known.has(e.id)));
      }
    }
    this.entries = inOrder(this.entries);
  }

  nextId() {
    this.tab.seq += 1;
    return `${this.tab.tab}:${this.tab.seq}`;
  }

  /** Keep an entry; resolves when this browser holds it safely. */
  async add(entry) {
    this.entries.push(entry);
    this.unsafe += 1;
    try {
      await this.box.put("entries", entry);
    } catch {
      this.broken = true;
    }
    this.unsafe -= 1;
    if (!this.entries.includes(entry)) this.box.remove("entries", [entry.id]);
  }

  /** Let go of what is settled. @returns {Entry[]} the entries that were still here */
  settle(ids) {
    const settled = new Set(ids);
    const gone = this.entries.filter((entry) => settled.has(entry.id));
    this.entries = this.entries.filter((entry) => !settled.has(entry.id));
    if (gone.length) this.box.remove("entries", [...settled]).catch(() => {});
    return gone;
  }

  /** Whether an item has entries on their way. */
  holds(item) {
    return this.entries.some((entry) => entry.item === item);
  }

  /** What goes over the wire: without the person, whom the server knows better. */
  wire() {
    return this.entries.map(({ person, ...entry }) => entry);
  }
}

/** The name of one person's notes in one campaign; a person's own name may hold anything. */
function notesOf(person, campaign) {
  return `${encodeURIComponent(person)}|${campaign}`;
}

const NOTE_MS = 300; // a draft is noted this long after the last change
const LAST = "review-desk-note"; // the draft being written: a page that is left has no time for more

/** Keep a text at once, where the browser lets us; null takes it away. @returns {string|null} */
function keepLast(text) {
  try {
    const before = localStorage.getItem(LAST);
    if (text === null) localStorage.removeItem(LAST); else localStorage.setItem(LAST, text);
    return before;
  } catch {
    return null;
  }
}

/** What this browser remembers of one person in one campaign: drafts, pace, text size. */
class Notes {
  /** @param {Box} box @param {DeskState} state */
  constructor(box, state) {
    this.box = box;
    this.state = state;
    this.name = notesOf(state.person, state.campaign);
    this.begun = false;
    this.spent = 0; // active seconds in this campaign, all visits
    this.size = 1;
  }

  /** Read everything back into the state; a browser without storage simply has none. */
  async read() {
    const { state } = this;
    const last = keepLast(null);
    if (last) await this.box.put("notes", JSON.parse(last)).catch(() => {});
    for (const note of await this.box.all("notes").catch(() => [])) {
      const [kind, person, campaign, item] = note.id.split("|");
      if (kind === "size") this.size = note.size;
      if (`${person}|${campaign}` !== this.name) continue;
      if (kind === "draft") {
        state.drafts[item] = keptDraft(note.draft);
        state.seconds[item] = note.seconds;
        state.seen[item] = [...new Set([...(state.seen[item] ?? []), ...note.seen])];
      }
      if (kind === "seen") state.seen[item] = [...new Set([...(state.seen[item] ?? []), ...note.seen])];
      if (kind === "pace") { state.pace = note.pace; this.spent = note.spent ?? 0; }
      if (kind === "begun") this.begun = true;
    }
  }

  write(id, value) {
    this.box.put("notes", { id, ...value }).catch(() => {});
  }

  /** Note an item's draft shortly after the last change. */
  draft(item) {
    if (this.waiting && this.waiting !== item) this.flush();
    clearTimeout(this.timer);
    this.waiting = item;
    this.timer = setTimeout(() => this.flush(), NOTE_MS);
  }

  /** Write the waiting draft now, also when the page is hidden or left. */
  flush() {
    const item = this.waiting;
    this.waiting = null;
    const { drafts, seconds, seen } = this.state;
    if (!item || !drafts[item]) return;
    const id = `draft|${this.name}|${item}`;
    const note = { id, draft: drafts[item], seconds: seconds[item] ?? 0, seen: seen[item] ?? [] };
    keepLast(JSON.stringify(note));
    this.box.put("notes", note).then(() => keepLast(null)).catch(() => {});
  }

  /** A saved item needs no draft any more. */
  forget(item) {
    if (this.waiting === item) this.waiting = null;
    this.box.remove("notes", [`draft|${this.name}|${item}`]).catch(() => {});
  }

  /** Note the time that a finished item took. */
  pace(seconds) {
    this.spent += seconds;
    this.write(`pace|${this.name}`, { pace: this.state.pace.slice(-PACE_OVER), spent: this.spent });
  }

  /** Note for good that something beside the trace was shown: also an answer after a restart says so. */
  saw(item) {
    this.write(`seen|${this.name}|${item}`, { seen: this.state.seen[item] });
  }

  begin() {
    this.begun = true;
    this.write(`begun|${this.name}`, {});
  }

  resized(size) {
    this.size = size;
    this.write("size||", { size });
  }
}
