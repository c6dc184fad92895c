// What HTML alone cannot do: drop files, list those chosen, say that an upload is under way or the gateway away.
// The page works without any of it.

function size(bytes) {
  const units = ["bytes", "kB", "MB", "GB"];
  let power = 0;
  while (bytes >= 999.5 && power < 3) {
    bytes /= 1000;
    power += 1;
  }
  return `${power && bytes < 9.95 ? bytes.toFixed(1) : Math.round(bytes)} ${units[power]}`;
}

function choose(input, list) {
  list.replaceChildren(
    ...[...input.files].map((file) => {
      const row = document.createElement("li");
      const name = document.createElement("bdi");
      name.textContent = file.name;
      row.append(name, ` ${size(file.size)}`);
      return row;
    }),
  );
}

function takeDrops(form) {
  const zone = form.querySelector("[data-drop]");
  const input = zone.querySelector("input[type=file]");
  const list = zone.querySelector("[data-chosen]");
  const over = (event) => event.dataTransfer?.types.includes("Files");
  zone.dataset.drop = "ready";
  input.addEventListener("change", () => choose(input, list));
  // The whole window takes drops: a file that misses the zone must not replace the page.
  addEventListener("dragover", (event) => {
    if (!over(event)) return;
    event.preventDefault();
    zone.classList.add("over");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) zone.classList.remove("over");
  });
  addEventListener("drop", (event) => {
    if (!over(event)) return;
    event.preventDefault();
    zone.classList.remove("over");
    const all = new DataTransfer();
    for (const file of [...input.files, ...event.dataTransfer.files]) all.items.add(file);
    input.files = all.files;
    choose(input, list);
    form.querySelector("button[type=submit]").focus();
  });
  choose(input, list); // a browser that goes back may have kept them
}

function sayThatItSends(form) {
  const says = form.querySelector("[data-sending]");
  form.addEventListener("submit", () => {
    const files = [...form.querySelector("input[type=file]").files];
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    says.textContent = bytes ? `Sending ${size(bytes)} …` : "Sending …";
  });
  addEventListener("pageshow", () => (says.textContent = ""));
}

function sayWhetherItAnswers(notice) {
  document.addEventListener("htmx:error", () => (notice.hidden = false));
  document.addEventListener("htmx:response:error", () => (notice.hidden = false));
  document.addEventListener("htmx:after:swap", () => (notice.hidden = true));
}

const form = document.querySelector("form#submit");
if (form) {
  takeDrops(form);
  sayThatItSends(form);
}
sayWhetherItAnswers(document.querySelector("#offline"));
