// Questions that a teacher prepared: of a race, {link, kind, lane, text}, or a choice of their own, {text, options, truth}.

import { keepRoom, knownRoom, steer } from "./known.js"

const MOST = 40 // questions of a room
const LONGEST_TEXT = 300, LONGEST_LINK = 4000, LONGEST_OPTION = 60 // characters
export const MOST_OPTIONS = 6

/** Ask it in the room, and keep that it was asked; what there is to see then. Throws an Error with the server's sentence. */
export async function ask(base, room, one) {
  const lang = document.documentElement.lang.replace("-", "_"), { link, kind, lane } = one
  const what = isOwn(one) ? { question: { ...one, kind: "choice" } } : { make: { link, kind, lane, lang } }
  const state = await steer(base, room, { do: "ask", ...what })
  const { queue = [], asked = [] } = knownRoom() ?? {}
  keepRoom({ code: room.code, queue: without(queue, one), asked: [...without(asked, one), one] })
  return state
}

export function same(one, other) {
  return JSON.stringify(row(one)) === JSON.stringify(row(other))
}

export function without(questions, one) {
  return questions.filter((other) => !same(one, other))
}

function isOwn(one) {
  return "options" in one
}

/** As it stands in an address. */
export function pack(questions) {
  const bytes = new TextEncoder().encode(JSON.stringify(questions.map(row)))
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")
}

/** Of anything that stands in an address; what is no question is left out. */
export function unpack(text) {
  try {
    const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"))
    const read = JSON.parse(new TextDecoder().decode(Uint8Array.from(letters, (letter) => letter.charCodeAt(0))))
    return read.map(question).filter(Boolean).slice(0, MOST)
  } catch {
    return []
  }
}

function row(one) {
  return isOwn(one) ? [one.text, one.options, one.truth] : [one.text, one.link, one.kind, one.lane]
}

function question(row) {
  if (!Array.isArray(row) || !isText(row[0], LONGEST_TEXT)) return null
  const [text, second, third, fourth] = row
  if (Array.isArray(second)) return own(text, second, third)
  const lane = Number.isInteger(fourth) ? fourth : null
  return isText(second, LONGEST_LINK, 0) && isText(third, 20) ? { text, link: second, kind: third, lane } : null
}

function own(text, options, truth) {
  const fine = options.length >= 2 && options.length <= MOST_OPTIONS && options.every((option) => isText(option, LONGEST_OPTION))
  return fine ? { text, options, truth: Number.isInteger(truth) && truth in options ? truth : null } : null
}

function isText(value, most, fewest = 1) {
  return typeof value === "string" && value.length >= fewest && value.length <= most
}

/** The link of a race that somebody pasted: what stands behind the question mark of its address. */
export function linkOf(pasted) {
  const query = pasted.trim().split("#")[0].replace(/^[^?]*\?/, "")
  const kept = new URLSearchParams(query.includes("://") ? "" : query)
  for (const name of ["lang", "embed", "room"]) kept.delete(name)
  return kept.toString()
}
