// The live panel: one script tag, a shadow root, no mark-up from outside. All words enter as text, never as HTML.
(() => {
  "use strict";
  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const DRAFT_MS = 250;
  const STRENGTH = { 1: "mild", 2: "clear", 3: "strong" };
  const BEHAVIOR = {
    acknowledges: "acknowledges", paraphrases: "says it back", clarifies_need: "asks to understand",
    personalizes: "uses what is theirs", names_emotion: "names the feeling", apologizes: "apologises", thanks: "thanks",
    validates: "says it is fair", explains_why: "explains why", offers_options: "offers options",
    takes_ownership: "takes it on", reassures: "reassures", confirms_next_step: "says what comes next",
    closes_loop: "checks that it is settled", dismisses: "dismisses", deflects: "deflects", stonewalls: "stonewalls",
  };
  const STYLE = `
    :host { all: initial; display: block; color-scheme: light; font: 15px/1.45 system-ui, sans-serif; color: #22262b; }
    section { background: #fbfaf7; border: 1px solid #d9d5cb; border-radius: 8px; padding: 14px 16px; max-width: 46rem; }
    h2 { font-size: 15px; margin: 0 0 2px; font-weight: 650; } h3 { font-size: 14px; margin: 0 0 4px; font-weight: 650; }
    p { margin: 4px 0; } .quiet { color: #5b6068; font-size: 13px; }
    blockquote { margin: 6px 0; padding: 2px 0 2px 10px; border-left: 3px solid #1d5c63; white-space: pre-wrap; overflow-wrap: anywhere; }
    label { display: block; font-weight: 600; margin: 12px 0 4px; }
    textarea, input { box-sizing: border-box; width: 100%; font: inherit; color: inherit; padding: 8px; border: 1px solid #8b8f96; border-radius: 6px; background: #fff; }
    textarea { min-height: 5.5em; resize: vertical; }
    :focus-visible { outline: 3px solid #1d5c63; outline-offset: 2px; }
    article { border: 1px solid #d9d5cb; border-radius: 6px; padding: 10px 12px; margin: 8px 0; background: #fff; }
    .words { white-space: pre-wrap; overflow-wrap: anywhere; }
    ul { margin: 4px 0; padding-left: 1.2em; } .does { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 6px; }
    .does li { border: 1px solid #1d5c63; border-radius: 99px; padding: 1px 9px; font-size: 13px; }
    .does li.harm { border-style: dashed; border-color: #8a3b12; color: #8a3b12; }
    button { font: inherit; font-size: 14px; padding: 5px 12px; border-radius: 6px; border: 1px solid #1d5c63; background: #fff; color: #1d5c63; cursor: pointer; margin: 6px 8px 0 0; }
    button.main { background: #1d5c63; color: #fff; }
    .mark { border: 1px solid #5b6068; border-radius: 4px; padding: 0 6px; font-size: 12px; }
    [hidden] { display: none; }`;

  const make = (name, text, more = {}) => {
    const one = document.createElement(name);
    if (text) one.textContent = text;
    for (const [key, value] of Object.entries(more)) {
      if (key === "class") one.className = value;
      else one.setAttribute(key, value);
    }
    return one;
  };
  const ago = (seconds) => {
    const gone = Math.max(0, Math.floor(Date.now() / 1000 - seconds));
    if (gone < 90) return `${gone} seconds ago`;
    if (gone < 5400) return `${Math.round(gone / 60)} minutes ago`;
    return gone < 172800 ? `${Math.round(gone / 3600)} hours ago` : `${Math.round(gone / 86400)} days ago`;
  };

  class HeardPanel extends HTMLElement {
    constructor() {
      super();
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
      this.box = make("section", "", { "aria-label": "Heard: what is open in this conversation" });
      this.status = make("p", "Not connected", { class: "quiet", role: "status" });
      this.gate = make("div");
      this.moment = make("div", "", { "aria-live": "polite" });
      this.field = make("textarea", "", { id: "draft", spellcheck: "true" });
      this.hint = make("p", "", { class: "quiet", "aria-live": "polite" });
      this.does = make("ul", "", { class: "does", "aria-label": "What the draft does" });
      this.list = make("div", "", { "aria-label": "Suggestions", role: "group" });
      this.machine = make("button", "Draft one for me", { type: "button" });
      this.machine.hidden = !this.hasAttribute("drafts");
      this.machine.addEventListener("click", () => this.send({ type: "compose" }));
      this.told = make("p", "", { class: "quiet" });
      const body = make("div");
      body.append(this.moment, make("label", "Your reply, as you type it", { for: "draft" }), this.field, this.hint,
        this.does, this.list, this.machine, this.told);
      this.body = body;
      this.body.hidden = true;
      this.box.append(this.status, this.gate, body);
      root.append(this.box);
      this.field.addEventListener("input", () => this.typed());
      this.addEventListener("keydown", (event) => this.pressed(event));
      this.queue = [];
      this.shown = [];
      this.used = null;
      this.wait = 500;
    }

    connectedCallback() {
      this.token = this.getAttribute("token") || sessionStorage.getItem("heard-token") || "";
      this.session = this.getAttribute("session") || "";
      this.removeAttribute("token");
      this.machine.hidden = !this.hasAttribute("drafts");
      if (this.token) this.connect(); else this.ask();
    }

    disconnectedCallback() { this.gone = true; if (this.socket) this.socket.close(); }

    ask() {
      const field = make("input", "", { id: "token", type: "password", autocomplete: "off" });
      const go = make("button", "Connect", { class: "main", type: "button" });
      const take = () => { this.token = field.value.trim(); if (this.token) this.connect(); };
      go.addEventListener("click", take);
      field.addEventListener("keydown", (event) => { if (event.key === "Enter") take(); });
      this.gate.replaceChildren(make("label", "Token of this desk", { for: "token" }), field, go);
    }

    connect() {
      this.refused = false;
      this.socket = new WebSocket(`${origin.replace(/^http/, "ws")}/v1/live`);
      this.socket.addEventListener("open", () => this.socket.send(JSON.stringify({ type: "hello", token: this.token })));
      this.socket.addEventListener("message", (event) => this.hear(JSON.parse(event.data)));
      this.socket.addEventListener("close", () => {
        if (this.gone || this.refused) return;
        this.status.textContent = "Connection lost; trying again";
        setTimeout(() => this.connect(), this.wait);
        this.wait = Math.min(this.wait * 2, 15000);
      });
    }

    hear(told) {
      if (told.type === "hello") {
        this.wait = 500;
        this.status.textContent = "Connected. You may leave every hint aside; drafts are not kept.";
        sessionStorage.setItem("heard-token", this.token);
        this.gate.replaceChildren();
        this.body.hidden = false;
        if (this.session) this.open(this.session);
        this.dispatchEvent(new CustomEvent("heard-ready"));
        return;
      }
      if (!told.ok) {
        this.status.textContent = told.error;
        if (told.status === 401) {
          this.refused = true;
          sessionStorage.removeItem("heard-token");
          this.ask();
        }
        return;
      }
      if (told.session && told.session !== this.session) return;
      if (told.type === "opened") {
        for (const frame of this.queue.splice(0)) this.send(frame);
        this.dispatchEvent(new CustomEvent("heard-open", { detail: { session: told.session } }));
      }
      if ("moment" in told) this.show(told);
    }

    open(session, more = {}) {
      this.session = session;
      this.used = null;
      this.field.value = "";
      if (this.socket && this.socket.readyState === 1) {
        const keep = this.hasAttribute("keep") || undefined;
        this.socket.send(JSON.stringify({ type: "open", session, keep, ...more }));
      }
    }

    send(frame) {
      if (!this.session) return;
      if (this.socket && this.socket.readyState === 1) this.socket.send(JSON.stringify({ session: this.session, ...frame }));
      else if (frame.type === "turn") this.queue.push(frame);
    }

    typed() {
      clearTimeout(this.timer);
      if (this.used && this.field.value !== this.used.text) {
        this.send({ type: "event", suggestion: this.used.suggestion_id, what: "edited" });
        this.used = null;
      }
      this.timer = setTimeout(() => this.send({ type: "draft", text: this.field.value }), DRAFT_MS);
    }

    pressed(event) {
      const place = ["1", "2", "3"].indexOf(event.key);
      const one = this.shown[place];
      if (!event.altKey || !one || !one.text || one.kind === "option") return;
      event.preventDefault();
      this.use(this.shown[place]);
    }

    use(one) {
      this.field.value = this.field.value ? `${this.field.value}\n${one.text}` : one.text;
      this.used = { ...one, text: this.field.value };
      this.send({ type: "event", suggestion: one.suggestion_id, what: "used" });
      this.send({ type: "draft", text: this.field.value });
      this.field.focus();
    }

    show(told) {
      this.showMoment(told.moment, told.open_count);
      if (told.draft || !this.field.value.trim()) this.showDraft(told.draft);
      this.shown = told.suggestions;
      this.list.replaceChildren(...told.suggestions.map((one, place) => this.card(one, place)));
      const cut = told.fallen_out_count ? `The first ${told.fallen_out_count} turns are no longer read. ` : "";
      this.told.textContent = cut + (told.disclosure || "");
      this.dispatchEvent(new CustomEvent("heard-answer", { detail: told }));
    }

    showMoment(moment, count) {
      if (!moment) {
        this.moment.replaceChildren(make("p", "Nothing is open: no hint is needed.", { class: "quiet" }));
        return;
      }
      const since = moment.since_epoch_s ? `, ${ago(moment.since_epoch_s)}` : "";
      const turns = moment.since_turn_count;
      const after = turns ? `, ${turns} ${turns === 1 ? "turn" : "turns"} since` : "";
      this.moment.replaceChildren(
        make("h2", `The customer ${moment.said}`),
        make("blockquote", moment.words),
        make("p", `${STRENGTH[moment.intensity]}, about ${moment.cause}${since}${after}. An answer now counts as ` +
          `${moment.counts_as}.${count > 1 ? ` ${count} moments are open.` : ""}`, { class: "quiet" }),
      );
    }

    showDraft(draft) {
      this.hint.textContent = draft ? draft.hint : "";
      this.does.replaceChildren(...(draft ? draft.does : []).map((one) =>
        make("li", BEHAVIOR[one.behavior] || one.behavior, { class: one.is_harmful ? "harm" : "", title: one.words })));
    }

    card(one, place) {
      const box = make("article");
      const head = make("h3", one.title);
      if (one.is_machine_drafted) head.append(" ", make("span", "drafted by a machine", { class: "mark" }));
      box.append(head);
      if (one.text) box.append(make("p", one.text, { class: "words" }));
      if (one.steps.length) {
        const steps = make("ul");
        steps.append(...one.steps.map((step) => make("li", step)), ...one.avoid.map((step) => make("li", `Leave out: ${step}`)));
        box.append(steps);
      }
      if (one.option && one.kind !== "option") box.append(make("p", `You may offer: ${one.option.say}`));
      box.append(make("p", `Because of “${one.caused_by}” · ${one.reason}`, { class: "quiet" }));
      const button = (text, act, more = {}) => {
        const made = make("button", text, { type: "button", ...more });
        made.addEventListener("click", act);
        box.append(made);
      };
      const tell = (what) => () => {
        this.send({ type: "event", suggestion: one.suggestion_id, what });
        box.remove();
        this.field.focus();
      };
      if (one.kind === "option") {
        button("I offered it", tell("used"));
        button("I went beyond it", tell("overridden"));
      } else if (one.text) {
        button("Put into my reply", () => this.use(one), { class: "main", title: `Alt+${place + 1}` });
      }
      button("Not now", tell("ignored"));
      return box;
    }
  }

  if (!customElements.get("heard-panel")) customElements.define("heard-panel", HeardPanel);
  if (script.dataset.session !== undefined) {
    const panel = document.createElement("heard-panel");
    for (const name of ["session", "token", "keep", "drafts"]) if (script.dataset[name] !== undefined) panel.setAttribute(name, script.dataset[name]);
    script.after(panel);
  }
})();
