// Documents, as `documents.py` describes them.

let sites = [];

// The documents of the page by row. They are in the order of their rows; each is made when it is asked for first.
const documents = {
  listed: [],
  made: new Map(),

  read() {
    sites = read("all-sites") || [];
    this.listed = read("all-documents") || [];
  },

  place(row) {
    let [low, high] = [0, this.listed.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.listed[middle][0] < row) low = middle + 1;
      else high = middle;
    }
    return low;
  },

  has(row) {
    const found = this.listed[this.place(row)];
    return found !== undefined && found[0] === row;
  },

  // The number of the site of a document; -1: it has none.
  site(row) {
    return this.listed[this.place(row)][8];
  },

  get(row) {
    let made = this.made.get(row);
    if (!made) {
      const [, name, place, title, first, url, isLink, date, site, line] = this.listed[this.place(row)];
      made = { row, name, place, title, opening: first, url, isLink, date, site, line: line === 0 ? name : line };
      this.made.set(row, made);
    }
    return made;
  },
};

// What a document is called: its title, or its first words, or its name.
function titleOf(document_) {
  return document_.title || document_.opening || document_.name;
}

// What is searched of a document.
function textOf({ name, place, title, opening: opening_, url, date }) {
  return [name, place, title, opening_, url, date].join("\n");
}

// What is said of a document in one line: site, date, id, place.
function facts(document_, withAddress) {
  const { name, place, url, isLink, date, site } = document_;
  const made = make("span", "facts");
  const parts = [
    withAddress && url ? address(url, isLink) : site >= 0 ? outside("bdi", "", sites[site]) : null,
    date ? make("span", "date", date) : null,
    titleOf(document_) === name ? null : outside("bdi", "name", name),
    place ? outside("bdi", "", place) : null,
  ];
  for (const part of parts.filter(Boolean)) made.append(part, " ");
  return made;
}

// A document with a word for what became of it.
function heading(document_, word, look) {
  const title = outside("bdi", document_.title ? "title" : "title first-words", titleOf(document_));
  return make("div", "document", make("span", `fate ${look}`, word), " ", title, " ",
    idButton(document_), facts(document_, true));
}

// How a command names a document: by its place, where its name has characters that are shown as escapes.
function called(document_) {
  return document_.line === document_.name || !document_.place ? document_.name : document_.place;
}

function idButton({ name }) {
  return copies(make("button", "copy", "Copy id", hidden(` ${name}`)), () => name);
}
