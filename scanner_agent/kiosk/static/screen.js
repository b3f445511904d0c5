// Shows what the agent sends; a page that has not heard of it for a while says so.
import { play } from "./tones.js";

const SILENT_MS = 6000;
const shown = {};
const lost = document.getElementById("lost");
let timer;

function alive() {
  lost.hidden = true;
  clearTimeout(timer);
  timer = setTimeout(gone, SILENT_MS);
}

function gone() {
  document.getElementById("panel").close();
  lost.hidden = false;
}

function put(id, html) {
  if (shown[id] === html) return;
  shown[id] = html;
  const region = document.getElementById(id);
  const focused = region.contains(document.activeElement) ? document.activeElement.id : null;
  region.innerHTML = html;
  if (focused !== null) (document.getElementById(focused || "work") ?? document.getElementById("work")).focus();
  region.dispatchEvent(new Event("put", { bubbles: true }));
}

const events = new EventSource("/events");
events.onmessage = ({ data }) => {
  const { tone, language, level, regions } = JSON.parse(data);
  document.documentElement.lang = language;
  document.body.dataset.level = level;
  document.getElementById("state").setAttribute("aria-live", level === "wrong" ? "assertive" : "polite");
  for (const [id, html] of Object.entries(regions)) put(id, html);
  if (tone) play(tone);
  alive();
};
events.addEventListener("alive", alive);
events.onerror = gone;
