// Web Audio: one high tone is good, two level ones say look, three falling low ones say wrong; a short low one: nothing
// was added.
const TONES = {
  heard: [[494, 0, 0.06, "sine"]],
  good: [[1568, 0, 0.14, "sine"]],
  warned: [[740, 0, 0.16, "triangle"], [740, 0.24, 0.16, "triangle"]],
  wrong: [[330, 0, 0.2, "square"], [262, 0.26, 0.2, "square"], [208, 0.52, 0.34, "square"]],
};
let context = null;

export const settings = {
  get volume() { return Number(localStorage.getItem("volume") ?? 7); },
  set volume(value) { localStorage.setItem("volume", value); },
  get muted() { return localStorage.getItem("muted") === "yes"; },
  set muted(value) { localStorage.setItem("muted", value ? "yes" : "no"); },
};

// Browsers keep sound back until the page is touched once, unless they are started to allow it.
export async function wake() {
  context ??= new AudioContext();
  await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, 200))]);
  return context.state === "running";
}

export function play(tone) {
  document.body.dataset.tone = tone;
  if (settings.muted || context?.state !== "running") return;
  const loudness = (settings.volume / 10) ** 2;
  for (const [frequency, start, length, type] of TONES[tone]) {
    const at = context.currentTime + start;
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setTargetAtTime(loudness, at, 0.005);
    gain.gain.setTargetAtTime(0, at + length, 0.015);
    const sound = new OscillatorNode(context, { frequency, type });
    sound.connect(gain).connect(context.destination);
    sound.start(at);
    sound.stop(at + length + 0.1);
  }
}
