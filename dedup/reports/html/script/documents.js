// Documents, as `documents.py` describes them.

const documents = new Map();
let sites = [];

function readDocuments() {
  sites = read("all-sites") || [];
  for (const [row, name, place, title, opening_, url, isLink, date, site, line] of read("all-documents") || []) {
    documents.set(row, { row, name, place, title, opening: opening_, url, isLink, date, site, line: line === 0 ? name : line });
  }
}

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
