// Several modules as one script, for a file that has nobody to ask for them.
//
// It reads what our modules are written in: `import { a, b } from "./other.js"` on one line, and `export` in front of a
// function, a class or a const. Each module becomes a function that runs once and hands out what it exports.

const IMPORT = /^import \{ ([^}]+) \} from "([^"]+)"$/gm
const EXPORT = /^export ((?:async )?function\*? |class |const )(\w+)/gm
const OTHER = /^(?:import|export) |\bimport\(/m // what would be left as it is

/** The script of the module at `entry` (an absolute URL) and of all that it imports: it calls the entry's function `begin`.
 *
 * `read(url)` gets the text of a module. Rejects with what `read` throws, and with an Error for a module that is written
 * in another way.
 */
export async function bundled(entry, begin, read = fetched) {
  const names = new Map() // of the modules that stand in the script, by URL
  const parts = []
  const add = async (url) => {
    if (names.has(url)) return
    names.set(url, `m${names.size}`)
    const text = await read(url)
    for (const [, , from] of text.matchAll(IMPORT)) await add(new URL(from, url).href)
    parts.push(wrapped(text, names, url))
  }
  await add(entry)
  return `(() => {\n"use strict"\n${parts.join("\n")}\n${names.get(entry)}.${begin}()\n})()\n`
}

function wrapped(text, names, url) {
  const exported = [...text.matchAll(EXPORT)].map(([, , name]) => name)
  const taken = text.replace(IMPORT, (_, these, from) => `const { ${these} } = ${names.get(new URL(from, url).href)}`)
  const code = taken.replace(EXPORT, "$1$2")
  if (OTHER.test(code)) throw new Error(`${url} is not written as a module that can be bundled.`)
  return `const ${names.get(url)} = (() => {\n${code}\nreturn { ${exported.join(", ")} }\n})()`
}

async function fetched(url) {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`${answer.status} from ${url}`)
  return answer.text()
}
