// Volume and mute, kept in this browser; says on the button when no sound can be heard.
import { play, settings, wake } from "./tones.js";

let running = false;

function mark() {
  const silent = !running || settings.muted || settings.volume === 0;
  document.getElementById("sound")?.classList.toggle("off", silent);
}

async function start() {
  running = await wake();
  mark();
}

document.addEventListener("pointerdown", start);
document.addEventListener("keydown", start);
document.addEventListener("put", mark);
document.addEventListener("panel", () => {
  const volume = document.getElementById("volume");
  if (!volume) return;
  volume.value = settings.volume;
  document.getElementById("mute").checked = settings.muted;
});
document.addEventListener("input", ({ target }) => {
  if (target.id === "volume") settings.volume = Number(target.value);
  if (target.id === "mute") settings.muted = target.checked;
  mark();
});
document.addEventListener("click", ({ target }) => {
  const tone = target.closest("[data-try]")?.dataset.try;
  if (tone) play(tone);
});
start();
