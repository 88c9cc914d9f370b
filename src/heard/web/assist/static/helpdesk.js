// Inside a help desk: which conversation is on the screen, and its turns where the help desk tells them.
"use strict";
const panel = document.querySelector("heard-panel");
const desk = location.pathname.slice(1);
const ROLE = { 0: "customer", 1: "agent", 3: "bot" };
const parent_ = document.referrer ? new URL(document.referrer).origin : "";
let last = null;

function show(contact, more, turns) {
  const name = `${desk}:${String(contact).replace(/[^A-Za-z0-9:_.-]/g, "-")}`.slice(0, 80);
  last = { name, more, turns };
  if (panel.session !== name) panel.open(name, { source: desk, contact: String(contact), ...more });
  for (const turn of turns) panel.send({ type: "turn", ...turn });
}

// Chatwoot sends its context as JSON text: https://www.chatwoot.com/hc/user-guide/articles/1677691702-how-to-use-dashboard-apps
function fromChatwoot(told) {
  const data = told && told.event === "appContext" ? told.data : null;
  const conversation = data && data.conversation;
  if (!conversation || conversation.id === undefined) return;
  const turns = (Array.isArray(conversation.messages) ? conversation.messages : [])
    .filter((one) => ROLE[one.message_type] && typeof one.content === "string" && one.content.trim())
    .map((one) => ({
      turn_id: String(one.id),
      role: one.sender && one.sender.type === "agent_bot" ? "bot" : ROLE[one.message_type],
      text: one.content,
      is_public: one.private !== true,
      speaker: one.sender ? `${one.message_type === 0 ? "contact" : "user"} ${one.sender.id}` : "",
      ...(Number.isInteger(one.created_at) ? { sent_at: one.created_at } : {}),
    }));
  const sender = conversation.meta && conversation.meta.sender;
  show(conversation.id, { channel: "chat", ...(sender && sender.name ? { names: [sender.name] } : {}) }, turns);
}

window.addEventListener("message", (event) => {
  if (event.source !== window.parent || (parent_ && event.origin !== parent_) || typeof event.data !== "string") return;
  try { if (desk === "chatwoot") fromChatwoot(JSON.parse(event.data)); } catch { /* not for us */ }
});

document.getElementById("which").addEventListener("submit", (event) => {
  event.preventDefault();
  const number = document.getElementById("number").value.trim();
  if (number) show(number, {}, []);
});
panel.addEventListener("heard-ready", () => {
  if (!last) return;
  const { name, more, turns } = last;
  panel.open(name, { source: desk, ...more });
  for (const turn of turns) panel.send({ type: "turn", ...turn });
});

if (desk === "chatwoot" && window.parent !== window) window.parent.postMessage("chatwoot-dashboard-app:fetch-info", parent_ || "*");
else document.getElementById("which").hidden = false;
