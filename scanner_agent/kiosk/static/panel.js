// Panels over the screen: choices and typed entries, which go on while the screen behind them changes.
const panel = document.getElementById("panel");

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-panel]");
  if (target.closest("[data-close]")) panel.close();
  if (!button) return;
  const answer = await fetch(`/panel/${button.dataset.panel}`).catch(() => null);
  if (!answer?.ok) return;
  panel.innerHTML = await answer.text();
  if (!panel.open) panel.showModal();
  panel.querySelector("[autofocus], button, input")?.focus();
  panel.scrollTop = 0;
  panel.dispatchEvent(new Event("panel", { bubbles: true }));
});

// A question about the session does not outlive what it was asked about.
document.getElementById("work").addEventListener("put", () => {
  if (panel.querySelector("[data-of-session]")) panel.close();
});
