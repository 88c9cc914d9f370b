// The small page: a conversation typed by hand, beside the panel.
"use strict";
const panel = document.querySelector("heard-panel");
const turns = document.getElementById("turns");
let count = 0;

const session = () => `page-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
panel.setAttribute("session", session());
panel.session = panel.getAttribute("session");

function add(role, text) {
  count += 1;
  const line = document.createElement("li");
  const who = document.createElement("span");
  who.className = "quiet";
  who.textContent = role;
  const words = document.createElement("p");
  words.textContent = text;
  line.append(who, words);
  turns.append(line);
  panel.send({ type: "turn", turn_id: `p${count}`, role, text, sent_at: Math.floor(Date.now() / 1000) });
}

document.getElementById("said").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = document.getElementById("text");
  if (!field.value.trim()) return;
  add(document.getElementById("role").value, field.value);
  field.value = "";
  field.focus();
});
