// What a class is led by: a link, as the teacher's arena writes it and those of the class read it. It is the query of a
// race, whose looks the browser turns by itself; `play` says that it plays, how fast, from the step `at`.

const LOOKS = ["at", "zoom", "eye", "point", "play"] // no other picture has to be fetched for them

/** A link, with these parts in the place of its own; an empty one is left out, and so is a live knob that nobody chose. */
export function joined(link, parts) {
  const all = new URLSearchParams(link)
  for (const [name, text] of Object.entries(parts)) {
    if (name === "dial" && !all.has(name)) continue
    if (text) all.set(name, text)
    else all.delete(name)
  }
  return all.toString()
}

/** The query of the race that a link leads by, and how that is looked at: texts, empty ones where the link says nothing. */
export function parted(link) {
  const all = new URLSearchParams(link)
  const look = Object.fromEntries(LOOKS.map((name) => [name, all.get(name) ?? ""]))
  for (const name of LOOKS) all.delete(name)
  return { race: all.toString(), look }
}

/** "1,2" as numbers; null for nothing. */
export function numbersOf(text) {
  return text ? text.split(",").map(Number) : null
}
