// The codes of a release turn by themselves once that is asked for, until the panel closes: for a camera, hands free.
const EVERY_MS = 2500;
const codes = document.getElementById("panel");
let turning = 0;

function stop() {
  clearInterval(turning);
  turning = 0;
}

codes.addEventListener("close", stop);
codes.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-turn]");
  if (!button) return;
  if (turning) stop();
  else turning = setInterval(() => codes.querySelector("[data-following]")?.click(), EVERY_MS);
  button.setAttribute("aria-pressed", String(turning !== 0));
});
codes.addEventListener("panel", () => {
  const button = codes.querySelector("[data-turn]");
  if (!button) return stop();
  button.setAttribute("aria-pressed", String(turning !== 0));
  if (turning) button.focus();
});
