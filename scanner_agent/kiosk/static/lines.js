// A touch is a command of the terminal's: data-line, or data-verb with what the form's field holds.
import { play } from "./tones.js";

// What comes of it, the screen shows; what did not arrive, it would not.
export async function send(line) {
  const answer = await fetch("/line", { method: "POST", body: new URLSearchParams({ line }) }).catch(() => null);
  if (!answer?.ok) play("wrong");
}

// A double tap is one touch: its second half would otherwise confirm what nobody has had the time to look at.
const TAP_MS = 700;
let last = { line: "", at: -TAP_MS };

document.addEventListener("click", ({ target, timeStamp }) => {
  const button = target.closest("[data-line]");
  if (!button) return;
  const again = button.dataset.line === last.line && timeStamp - last.at < TAP_MS;
  last = { line: button.dataset.line, at: timeStamp };
  if (again) return;
  document.getElementById("panel").close();
  send(button.dataset.line);
});

document.addEventListener("submit", async (event) => {
  const verb = event.target.dataset.verb;
  if (!verb) return;
  event.preventDefault();
  const given = new FormData(event.target);
  document.getElementById("panel").close();
  // In one line, so that a reason is not noted of what was refused, nor hides that it was.
  await send([`${verb} ${given.get("value").trim()}`, given.get("because")].filter(Boolean).join(" | "));
});
