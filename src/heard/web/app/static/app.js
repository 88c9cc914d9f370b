// Filters apply as they are chosen; without this script their button does the same.
for (const form of document.querySelectorAll("form[data-auto]")) {
  form.addEventListener("change", () => form.requestSubmit());
}
// A page that waits for a job asks for itself again; it stops when it is hidden.
const waiting = document.querySelector("[data-again]");
if (waiting) {
  setInterval(() => { if (!document.hidden) location.reload(); }, Number(waiting.dataset.again) * 1000);
}
// Printing by button, since the policy allows no inline handlers.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.addEventListener("click", () => window.print());
}
// A file that is dropped goes into the field beside it.
for (const zone of document.querySelectorAll("[data-drop]")) {
  const field = zone.querySelector("input[type=file]");
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) field.files = event.dataTransfer.files;
  });
}
