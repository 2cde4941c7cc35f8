// Elements of the page. All text from outside is inserted as text.

function read(id) {
  const element = document.getElementById(id);
  return element ? JSON.parse(element.textContent) : null;
}

function make(tag, name, ...children) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

// An element with text from outside, in the direction of its first letter.
function outside(tag, name, text) {
  const made = make(tag, name, text);
  made.dir = "auto";
  return made;
}

function hidden(text) {
  return make("span", "hidden", text);
}

function button(name, text, press) {
  const made = make("button", name, text);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}

function count(number, one) {
  return `${number.toLocaleString("en")} ${one}${number === 1 ? "" : "s"}`;
}

// A <details> element whose content is made when it is first opened.
function opening(name, summary, content) {
  const made = make("details", name, summary);
  made.addEventListener("toggle", () => {
    if (made.open && !made.filled) {
      made.filled = true;
      made.append(content());
    }
  });
  return made;
}

// A link to an address of the web; the address as text where it is another one. The text before the path is the host.
function address(url, isLink) {
  const bare = url.replace(/^https?:\/\/(www\.)?/i, "").replace(/\/$/, "");
  const shown = bare.length > 300 ? `${bare.slice(0, 300)} …` : bare;
  if (!isLink || !/^https?:\/\//i.test(url)) return outside("bdi", "address", shown);
  const made = outside("a", "address", shown);
  made.href = url;
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  made.title = url;
  return made;
}

// Put text on the clipboard. A page that is a file may lack navigator.clipboard.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = make("textarea", "hidden");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

// A button that copies what `text()` gives, and says so.
function copies(made, text) {
  const label = made.firstChild.textContent;
  made.addEventListener("click", async () => {
    const back = document.activeElement;
    made.firstChild.textContent = await copy(text()) ? "Copied" : "Not copied";
    if (back) back.focus();
    say(made.firstChild.textContent);
    setTimeout(() => { made.firstChild.textContent = label; }, 1500);
  });
  made.hidden = false;
  return made;
}

function copyButton(text, what) {
  return copies(make("button", "copy", "Copy", hidden(` ${what}`)), () => text);
}

// A command with a button that copies it.
function command(text) {
  const made = make("div", "command", outside("code", "", text), copyButton(text, "the command"));
  made.querySelector("button").type = "button";
  return made;
}

// Tell those who do not see the page.
function say(text) {
  let place = document.getElementById("said");
  if (!place) {
    place = make("p", "hidden");
    place.id = "said";
    place.setAttribute("role", "status");
    document.querySelector("main").append(place);
  }
  place.textContent = text;
}

function table(heads, rows, label) {
  const head = make("tr", "", ...heads.map(([text, side]) => {
    const cell = make("th", side, text);
    cell.scope = "col";
    return cell;
  }));
  const body = rows.map((row) => make("tr", "", ...row.map((text, i) => make("td", heads[i][1], text))));
  const scroll = make("div", "scroll", make("table", "", make("thead", "", head), make("tbody", "", ...body)));
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "group");
  scroll.setAttribute("aria-label", label);
  return scroll;
}
