// Reviewing: select words, give a label; everything is saved as one goes. Spans are code points, as the server counts.
const root = document.getElementById("review");
const state = document.getElementById("state");
const local = `heard-review-${root.dataset.draw}`;
let version = Number(root.dataset.version);
let review = { marks: [], moments: [], cannot_judge: [], overall: null, standards: {}, note: "" };
let selection = null;
let timer = null;
let saving = Promise.resolve();

const turns = [...root.querySelectorAll(".turn")];
const byId = new Map(turns.map((turn) => [turn.dataset.turn, turn]));
const words = (turn) => turn.querySelector(".words").textContent;
const quoted = (span) => [...words(byId.get(span.turn_id))].slice(span.start, span.end).join("");
const groupsOf = { customer: ["emotions", "cues"], agent: ["behaviors"], bot: ["behaviors"], system: [] };

function points(text, units) { return [...text.slice(0, units)].length; }

function selected() {
  const chosen = document.getSelection();
  if (!chosen.rangeCount || chosen.isCollapsed) return null;
  const range = chosen.getRangeAt(0);
  const turn = range.startContainer.parentElement?.closest(".turn");
  const box = turn?.querySelector(".words");
  if (!box || !box.contains(range.startContainer) || !box.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.setStart(box, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const text = words(turn);
  const start = before.toString().length;
  const end = start + range.toString().length;
  return { turn_id: turn.dataset.turn, start: points(text, start), end: points(text, end), role: turn.dataset.role };
}

function wholeTurn() {
  const turn = root.querySelector(".turn[aria-current]");
  if (!turn) return null;
  return { turn_id: turn.dataset.turn, start: 0, end: [...words(turn)].length, role: turn.dataset.role };
}

function enable() {
  const groups = selection ? groupsOf[selection.role] : [];
  for (const button of root.querySelectorAll("[data-label]")) {
    button.disabled = !groups.includes(button.closest("[data-group]").dataset.group);
  }
  document.getElementById("open-moment").disabled = !selection || selection.role !== "customer";
}

document.addEventListener("selectionchange", () => {
  const found = selected();
  if (found) { selection = found; enable(); }
});

function go(step) {
  const here = turns.findIndex((turn) => turn.hasAttribute("aria-current"));
  const next = Math.min(turns.length - 1, Math.max(0, here + step));
  turns.forEach((turn) => turn.removeAttribute("aria-current"));
  turns[next].setAttribute("aria-current", "true");
  turns[next].focus({ preventScroll: true });
  turns[next].scrollIntoView({ block: "nearest" });
  document.getSelection().removeAllRanges();
  selection = wholeTurn();
  enable();
}

function give(label) {
  if (!selection || selection.end <= selection.start) return;
  const { turn_id, start, end } = selection;
  if (review.marks.some((mark) => mark.turn_id === turn_id && mark.label === label && mark.start === start && mark.end === end)) return;
  review.marks.push({ turn_id, start, end, label });
  changed();
}

function openMoment() {
  if (!selection || selection.role !== "customer") return;
  const { turn_id, start, end } = selection;
  if (review.moments.some((moment) => moment.turn_id === turn_id)) return;
  review.moments.push({ turn_id, start, end, emotion: "frustration", intensity: 2, cause: "other", state: "missed", is_generic: false });
  changed();
}

function draw() {
  const marks = document.getElementById("marks");
  marks.replaceChildren(...review.marks.map((mark) => {
    const item = document.createElement("li");
    const text = document.createElement("span");
    text.textContent = `${mark.label.replaceAll("_", " ")}: \u201c${quoted(mark)}\u201d`;
    const remove = document.createElement("button");
    remove.type = "button"; remove.className = "link"; remove.textContent = "remove";
    remove.setAttribute("aria-label", `remove ${mark.label.replaceAll("_", " ")}`);
    remove.addEventListener("click", () => { review.marks.splice(review.marks.indexOf(mark), 1); changed(); });
    item.append(text, remove);
    return item;
  }));
  const template = document.getElementById("moment-template");
  document.getElementById("moment-list").replaceChildren(...review.moments.map((moment) => {
    const card = template.content.cloneNode(true).firstElementChild;
    card.querySelector("[data-quote]").textContent = `\u201c${quoted(moment)}\u201d`;
    for (const field of card.querySelectorAll("[data-field]")) {
      const name = field.dataset.field;
      if (field.type === "checkbox") field.checked = moment[name]; else field.value = String(moment[name]);
      field.addEventListener("change", () => {
        moment[name] = field.type === "checkbox" ? field.checked : name === "intensity" ? Number(field.value) : field.value;
        schedule();
      });
    }
    card.querySelector("[data-remove]").addEventListener("click", () => { review.moments.splice(review.moments.indexOf(moment), 1); changed(); });
    return card;
  }));
  document.getElementById("overall").value = review.overall ?? "";
  document.getElementById("note").value = review.note;
  for (const box of root.querySelectorAll("[name=cannot]")) box.checked = review.cannot_judge.includes(box.value);
  for (const field of root.querySelectorAll("[data-standard]")) field.value = review.standards[field.dataset.standard] ?? "";
}

function changed() { draw(); schedule(); }

function schedule() {
  keep();
  state.textContent = "Not saved yet \u2026";
  clearTimeout(timer);
  timer = setTimeout(() => { saving = saving.then(() => send(false)); }, 600);
}

function keep() {
  try { localStorage.setItem(local, JSON.stringify({ version, review })); } catch { /* private window: the server has it */ }
}

async function send(isDone) {
  let answer;
  try {
    answer = await fetch(`/review/${root.dataset.draw}`, {
      method: "PUT",
      headers: { "Content-Type": "application/json", "X-CSRF": root.dataset.csrf },
      body: JSON.stringify({ version, review: { ...review, is_done: isDone } }),
    });
  } catch {
    state.textContent = "The app cannot be reached. What you marked is kept in this browser.";
    return false;
  }
  const told = await answer.json();
  if (answer.status === 409) { keep(); document.getElementById("conflict").showModal(); return false; }
  if (!answer.ok) { state.textContent = told.error; return false; }
  version = told.version;
  try { localStorage.removeItem(local); } catch { /* nothing kept */ }
  state.textContent = `Saved: ${review.marks.length} quotes, ${review.moments.length} moments.`;
  return true;
}

async function decide() {
  clearTimeout(timer);
  await saving;
  if (await send(true)) location.reload();
}

async function newest() {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html").getElementById("review");
  return { version: Number(page.dataset.version), held: JSON.parse(page.dataset.held) };
}

document.getElementById("mine").addEventListener("click", async () => {
  version = (await newest()).version;
  document.getElementById("conflict").close();
  await send(false);
});
document.getElementById("theirs").addEventListener("click", async () => {
  const other = await newest();
  version = other.version;
  review = taken(other.held);
  document.getElementById("conflict").close();
  try { localStorage.removeItem(local); } catch { /* nothing kept */ }
  draw();
  state.textContent = "The other tab's review is shown.";
});
for (const button of root.querySelectorAll("[data-label]")) {
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => give(button.dataset.label));
}
document.getElementById("open-moment").addEventListener("mousedown", (event) => event.preventDefault());
document.getElementById("open-moment").addEventListener("click", openMoment);
document.getElementById("done").addEventListener("click", decide);
document.getElementById("overall").addEventListener("change", (event) => { review.overall = event.target.value ? Number(event.target.value) : null; schedule(); });
document.getElementById("note").addEventListener("input", (event) => { review.note = event.target.value; schedule(); });
for (const field of root.querySelectorAll("[data-standard]")) {
  field.addEventListener("change", () => { review.standards[field.dataset.standard] = field.value ? Number(field.value) : null; schedule(); });
}
for (const box of root.querySelectorAll("[name=cannot]")) {
  box.addEventListener("change", () => {
    review.cannot_judge = [...root.querySelectorAll("[name=cannot]:checked")].map((one) => one.value);
    schedule();
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); decide(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
  if (event.key === "j" || event.key === "k") { event.preventDefault(); go(event.key === "j" ? 1 : -1); return; }
  if (event.key === "m") { event.preventDefault(); openMoment(); return; }
  const button = [...root.querySelectorAll("[data-label]:enabled")].find((one) => one.dataset.key === event.key);
  if (button) { event.preventDefault(); give(button.dataset.label); }
});

function taken(held) {
  const { marks = [], moments = [], cannot_judge = [], overall = null, standards = {}, note = "" } = held;
  return { marks, moments, cannot_judge, overall, standards, note };
}

review = taken(JSON.parse(root.dataset.held));
try {
  const kept = JSON.parse(localStorage.getItem(local) ?? "null");
  // What was not sent before the tab died; only when nobody saved since.
  if (kept && kept.version === version) { review = kept.review; schedule(); }
} catch { /* nothing kept, or not readable */ }
draw();
enable();
