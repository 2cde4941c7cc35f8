// The boxes that are ticked, by row: the lines of a file for --never-drop that keep both articles. The browser remembers
// them for this page, where it can.

const ticked = new Map();
let memory = "";

function keptLines() {
  return [...new Set([...ticked.values()].flat())].map((line) => `${line}\n`);
}

function remember() {
  try {
    if (ticked.size) localStorage.setItem(memory, JSON.stringify([...ticked]));
    else localStorage.removeItem(memory);
  } catch { /* it does not remember */ }
}

function recall(page) {
  memory = `dedup keep ${page.key}`;
  try {
    for (const [row, lines] of JSON.parse(localStorage.getItem(memory)) || []) {
      if (documents.has(row)) ticked.set(row, lines);
    }
  } catch { /* it does not remember */ }
}

function showTicked() {
  const host = document.getElementById("keep-both");
  const lines = keptLines();
  host.hidden = !lines.length;
  document.body.classList.toggle("keeping", !host.hidden);
  host.querySelector("textarea").value = lines.join("");
  host.querySelector("[role=status]").textContent = lines.length ? `${count(lines.length, "article")} to keep` : "";
}

function wireKeeping() {
  const host = document.getElementById("keep-both");
  host.querySelector(".save").addEventListener("click", () => {
    const link = make("a");
    link.href = URL.createObjectURL(new Blob(keptLines(), { type: "text/plain" }));
    link.download = "keep.txt";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  copies(host.querySelector(".actions .copy"), () => keptLines().join(""));
  host.querySelector(".clear").addEventListener("click", () => {
    ticked.clear();
    for (const box of document.querySelectorAll(".keep input")) box.checked = false;
    remember();
    showTicked();
    lists.groups.host.querySelector("[name=find]").focus();
  });
  if (ticked.size) showTicked();
}

function keepBoth(dropped, keeper) {
  const box = make("input");
  box.type = "checkbox";
  box.checked = ticked.has(dropped.row);
  box.addEventListener("change", () => {
    if (box.checked) ticked.set(dropped.row, [dropped.line, keeper.line].filter(Boolean));
    else ticked.delete(dropped.row);
    remember();
    showTicked();
  });
  return make("label", "keep", box, "Keep both", hidden(": "), outside("bdi", "hidden", titleOf(dropped)));
}
