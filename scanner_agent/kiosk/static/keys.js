// The keyboard on the screen, for entries that cannot be chosen or scanned.
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-key]");
  if (!button) return;
  const keyboard = button.closest(".keyboard");
  const shift = keyboard.querySelector("[data-key=shift]");
  const upper = shift?.getAttribute("aria-pressed") === "true";
  const field = button.form.elements.value;
  const key = button.dataset.key;
  if (key === "shift") shift.setAttribute("aria-pressed", String(!upper));
  else if (key === "back") field.value = field.value.slice(0, -1);
  else if (field.value.length < field.maxLength) field.value += upper ? key.toUpperCase() : key;
});
