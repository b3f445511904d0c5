// What the camera sees: the next picture once the last has come, so that a slow screen asks for fewer.
const PAUSE_MS = 300;
const RETRY_MS = 2000;
const eye = document.getElementById("eye");
let timer;

function watch() {
  const picture = eye.querySelector("img");
  if (!picture) return;
  const again = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      picture.src = picture.src.split("?")[0] + `?${Date.now()}`;
    }, pause);
  };
  picture.onload = () => again(PAUSE_MS);
  picture.onerror = () => again(RETRY_MS);
  if (picture.complete) again(PAUSE_MS);
}

eye.addEventListener("put", watch);
watch();
