// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Usage: node check.mjs PARSER FOLDER
// Parses every FOLDER/*.tla with the parser that install.sh put into PARSER. It knows the grammar
// of TLA+ and no semantics: an undeclared name passes. Names each place that does not parse as
// file:line:column. Exit status: 0 all parse; 1 one does not, or there is none; 2 wrong usage;
// 3 the parser or a file cannot be read.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

if (process.argv.length !== 4) {
  console.error("usage: node check.mjs PARSER FOLDER");
  process.exit(2);
}
const [parserFolder, folder] = process.argv.slice(2).map((path) => resolve(path));

// All places of a tree that the grammar could not take, outermost first.
function* faults(node) {
  if (node.isError || node.isMissing) {
    yield node;
  } else if (node.hasError) {
    for (const child of node.children) yield* faults(child);
  }
}

function report(file, text, node) {
  const { row, column } = node.startPosition;
  const what = node.isMissing ? `'${node.type}' is missing` : "this is not TLA+";
  console.error(`${file}:${row + 1}:${column + 1}: ${what}: ${text.split("\n")[row].trim()}`);
}

async function main() {
  const { Language, Parser } = await import(pathToFileURL(join(parserFolder, "tree-sitter.mjs")));
  await Parser.init({ locateFile: (name) => join(parserFolder, name) });
  const parser = new Parser();
  parser.setLanguage(await Language.load(join(parserFolder, "tlaplus.wasm")));

  const files = readdirSync(folder).filter((name) => name.endsWith(".tla")).sort();
  if (files.length === 0) {
    console.error(`${folder}: there is no module here`);
    return 1;
  }
  let broken = 0;
  for (const file of files.map((name) => join(folder, name))) {
    const text = readFileSync(file, "utf8");
    const tree = parser.parse(text);
    const found = [...faults(tree.rootNode)];
    found.forEach((node) => report(file, text, node));
    // A text without a module parses as a comment.
    const empty = !tree.rootNode.descendantsOfType("module").length;
    if (empty) console.error(`${file}:1:1: there is no module in this file`);
    if (found.length > 0 || tree.rootNode.hasError || empty) ++broken;
  }
  console.log(`${files.length - broken} of ${files.length} modules parse`);
  return broken === 0 ? 0 : 1;
}

main().then(
  (status) => process.exit(status),
  (error) => {
    console.error(`check.mjs: ${error.message}`);
    process.exit(3);
  });
