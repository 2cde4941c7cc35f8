// A list: its entries are made a few at a time, those that pass its filters, in the order that is chosen.

const STEP = 50;
const lists = {};

// Fill `place` with the entries of `items`, STEP at a time.
function stepwise(place, items, entry, noun) {
  let shown = 0;
  const more = button("more", "", () => step(true));
  const step = (focus) => {
    const made = items.slice(shown, shown + STEP).map(entry);
    more.before(...made);
    shown += made.length;
    more.hidden = shown >= items.length;
    more.textContent = `Show ${Math.min(STEP, items.length - shown)} more of ${count(items.length, noun)}`;
    if (focus && made.length) made[0].querySelector("summary").focus();
  };
  place.replaceChildren(more);
  step(false);
}

// `options`: noun; entry(item); text(item), which is searched; filters: by name of a field, whether an item passes its
// value; orders: by name, how two items compare, "" is the first; choices: by name of a field, what gives its values with labels;
// more(items): what is said behind the count.
function list(key, items, options) {
  const host = document.getElementById(`${key}-list`);
  if (!host || !items.length) return;
  const form = host.querySelector("form");
  const clear = form.querySelector("[type=reset]");
  const ranges = new Map();
  let texts = null;

  const fill = () => {
    for (const [name, values] of Object.entries(options.choices)) fillSelect(form.elements[name], values());
  };

  const passing = () => {
    const words = form.elements.find.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length) texts = texts || new Map(items.map((item) => [item, options.text(item).toLowerCase()]));
    const chosen = Object.entries(options.filters).filter(([name]) => form.elements[name] && form.elements[name].value);
    return items.filter((item) => words.every((word) => texts.get(item).includes(word))
      && chosen.every(([name, passes]) => passes(item, form.elements[name].value))
      && [...ranges.values()].every((passes) => passes(item)));
  };

  const show = () => {
    const matching = passing();
    matching.sort(options.orders[form.elements.order.value]);
    const isFiltered = matching.length !== items.length;
    const all = count(items.length, options.noun);
    host.querySelector(".count").textContent = (isFiltered ? `${matching.length.toLocaleString("en")} of ${all}` : all)
      + options.more(matching);
    clear.hidden = !(isFiltered || form.elements.find.value || ranges.size);
    stepwise(host.querySelector(".entries"), matching, options.entry, options.noun);
  };

  // Set the fields to these values, all others to nothing.
  const set = (values) => {
    form.reset();
    for (const [name, value] of Object.entries(values)) {
      const field = form.elements[name];
      if (!field) continue;
      if (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === value)) {
        field.append(new Option(value, value));
      }
      field.value = value;
    }
    show();
  };

  let waiting = 0;
  form.addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(show, event.target.type === "search" ? 120 : 0);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    ranges.clear();
    host.dispatchEvent(new Event("cleared"));
    setTimeout(() => {
      show();
      if (document.activeElement === document.body) form.elements.find.focus();
    });
  });
  lists[key] = { host, set, ranges, show };
  host.hidden = false;
  show();
  setTimeout(fill); // after the page is shown
}

// Add choices to a field. A field with one choice is of no use.
function fillSelect(field, values) {
  if (!field) return;
  for (const [value, label] of values) {
    const known = [...field.options].find((option) => option.value === value);
    if (known) known.text = label;
    else field.append(new Option(label, value));
  }
  field.closest("label").hidden = values.length < 2;
}

// The sites of items as choices, those with most items first. `rowsOf`: the rows of an item.
function siteChoices(items, rowsOf) {
  const counts = new Map();
  for (const item of items) {
    for (const site of new Set(rowsOf(item).map((row) => documents.site(row)))) {
      if (site >= 0) counts.set(site, (counts.get(site) || 0) + 1);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, 300)
    .map(([site, number]) => [sites[site], `${sites[site]} (${number.toLocaleString("en")})`]);
}

function isOnSite(row, name) {
  const site = documents.site(row);
  return site >= 0 && sites[site] === name;
}

function byTitle(a, b) {
  return titleOf(a).localeCompare(titleOf(b), "en", { numeric: true });
}

// Links that filter the list that they lead to.
function wireLinks() {
  for (const link of document.querySelectorAll("a[data-filters]")) {
    link.addEventListener("click", () => {
      const target = lists[link.hash.slice(1)];
      if (target) target.set(JSON.parse(link.dataset.filters));
    });
  }
}
