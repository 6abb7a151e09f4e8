// The page of a phone in a room: it asks what there is, shows it, and sends answers until they are
// acknowledged. What was answered is kept in this browser, so a reload or a dead battery loses nothing.

import { lay } from "./density.js"
import { kinds } from "./kinds.js"
import { bars, drawDots, element, fill, overImage, percent } from "./parts.js"
import { replay } from "./replay.js"

const { base, arena, words } = JSON.parse(document.body.dataset.told)
const root = document.getElementById("room")
const REST = 12 * 3600e3 // milliseconds after which what was kept of a room is forgotten
const RESEND = 1500 // milliseconds until an answer that did not arrive is sent again

const store = storage()
const code = decodeURIComponent(location.pathname.slice(base.length)).toUpperCase()
const key = `ravine-room-${code}`
const phone = mine("ravine-phone", newName)
let kept = read(key) ?? {} // "number/vote" -> {answer, acknowledged, late}
let entry = new URLSearchParams(location.hash.slice(1)).get("p") ?? kept.entry ?? ""
let runs = null // what this phone was handed to run, once there is such a question
let etag = "", state = null, shown = "", offline = false, timer = 0, sending = false, polling = false, form = null

if (code) enter()
else join()

function storage() {
  try {
    localStorage.setItem("ravine-try", "1")
    localStorage.removeItem("ravine-try")
    return localStorage
  } catch { // a private window: for as long as this page stays
    const held = new Map()
    return { getItem: (k) => held.get(k) ?? null, setItem: (k, v) => held.set(k, v), removeItem: (k) => held.delete(k) }
  }
}

function read(name) {
  try {
    return JSON.parse(store.getItem(name) ?? "null")
  } catch {
    return null
  }
}

function mine(name, make) {
  const found = store.getItem(name)
  if (found) return found
  const made = make()
  store.setItem(name, made)
  return made
}

function newName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("")
}

function keep() {
  kept.at = Date.now()
  kept.entry = entry
  store.setItem(key, JSON.stringify(kept))
}

function join(says = "") {
  clearTimeout(timer)
  const input = element("input", { type: "text", id: "code", maxLength: 12, autocomplete: "off", autocapitalize: "characters", spellcheck: false })
  input.setAttribute("aria-describedby", "hint")
  const go = element("form", {}, [
    element("h2", {}, words.join), element("label", { htmlFor: "code" }, words.code), input,
    element("p", { id: "hint" }, words.codeHint), element("p", { role: "alert" }, says),
    element("button", { className: "send", type: "submit" }, words.go),
  ])
  go.className = "room"
  go.addEventListener("submit", (event) => {
    event.preventDefault()
    const typed = input.value.replace(/[\s-]/g, "").toUpperCase()
    if (typed) location.assign(base + encodeURIComponent(typed))
  })
  root.replaceChildren(go)
  input.focus()
}

function enter() {
  if (kept.at && Date.now() - kept.at > REST) kept = {}
  if (kept.entry && !entry) entry = kept.entry
  window.addEventListener("online", soon)
  document.addEventListener("visibilitychange", () => document.hidden || soon())
  // a second tab of the same phone
  window.addEventListener("storage", (event) => {
    if (event.key !== key) return
    kept = read(key) ?? {}
    shown = ""
    show()
  })
  poll()
}

function soon() {
  clearTimeout(timer)
  poll()
}

async function ask(path, how = {}) {
  const headers = { "X-Room-Entry": entry, "X-Room-Phone": phone, "Accept-Language": document.documentElement.lang, ...how.headers }
  return await fetch(base + code + path, { cache: "no-store", signal: AbortSignal.timeout(8000), ...how, headers })
}

async function poll() {
  if (polling) return
  polling = true
  let seconds = 2
  try {
    const got = await ask("/state", { headers: etag ? { "If-None-Match": etag } : {} })
    seconds = Number(got.headers.get("Retry-After")) || 5
    offline = false
    if (got.status === 404) return join((await got.json()).says)
    if (got.status === 200) {
      const told = await got.json()
      if (told.question?.fates) runs ??= new (await import("./own_runs.js")).OwnRuns(words, ask, () => ({ state, kept }), keep)
      etag = got.headers.get("ETag") ?? ""
      state = told
      entry = state.entry
      keep()
    } else if (got.status !== 304) offline = (await got.json().catch(() => ({}))).says ?? true
  } catch {
    offline = true
  } finally {
    polling = false
  }
  show()
  resend()
  clearTimeout(timer)
  timer = setTimeout(poll, 1000 * seconds * (0.85 + 0.3 * Math.random()))
}

function ballot() {
  return state?.vote ? `${state.number}/${state.vote}` : ""
}

function send(answer) {
  kept[ballot()] = { answer, acknowledged: false }
  keep()
  showSent()
  resend()
}

// Sends what was not acknowledged yet. An answer is an upsert: to send it twice changes nothing.
async function resend() {
  const waiting = Object.entries(kept).find(([name, one]) => name.includes("/") && !one.acknowledged && !one.late)
  if (!waiting || sending) return
  sending = true
  const [name, one] = waiting
  const [question, vote] = name.split("/")
  const body = JSON.stringify({ phone, question: Number(question), vote, answer: one.answer })
  let again = true
  try {
    const got = await ask("/answer", { method: "POST", body, headers: { "Content-Type": "application/json" } })
    const told = await got.json()
    again = settle(name, one, got.status, told)
    offline = false
  } catch {
    offline = true
  }
  sending = false
  showSent()
  if (again) setTimeout(resend, RESEND * (0.8 + 0.4 * Math.random()))
  else resend()
}

// What becomes of an answer that was sent; whether it must be sent again.
function settle(name, one, status, told) {
  if (JSON.stringify(kept[name]?.answer) !== JSON.stringify(one.answer)) return true // it was changed meanwhile
  if (status === 200) kept[name] = { answer: told.kept, acknowledged: true }
  else if (status === 409 || status === 404) kept[name] = { ...one, late: true }
  else if ([400, 413, 507].includes(status)) kept[name] = { ...one, late: true, says: told.says }
  else return true
  keep()
  return false
}

function show() {
  showLine()
  if (!state) return
  const now = JSON.stringify([state.number, state.phase, state.vote, Boolean(state.tally)])
  if (now !== shown) {
    shown = now
    build()
  }
  showLead()
  const count = document.getElementById("count")
  if (count) count.hidden = state.count === undefined
  if (count) count.textContent = fill(words.answered, { n: state.count ?? 0 })
}

/** While the teacher leads, the way to an arena that follows. */
function showLead() {
  const link = document.getElementById("follow")
  if (!state.follow) link?.remove()
  else if (!link) root.append(element("a", { id: "follow", className: "send", href: `${arena}?room=${code}` }, words.follow))
}

function showLine() {
  const line = document.getElementById("line") ?? root.appendChild(element("p", { id: "line", role: "status" }))
  line.textContent = offline === true ? words.offline : offline || ""
  line.hidden = !offline
}

function build() {
  form = null
  const { question, phase, vote } = state
  const held = [element("h1", {}, fill(words.room, { code })), element("p", { id: "line", role: "status", hidden: true })]
  root.dataset.phase = phase
  if (!question) {
    root.replaceChildren(...held, element("h2", { role: "status" }, words.wait))
    return
  }
  held.push(element("h2", { tabIndex: -1 }, question.text))
  const notes = { again: words.again, discuss: words.discuss, happened: words.happened, closed: words.closed, closed_again: words.closed }
  if (question.fates) Object.assign(notes, { again: words.runAgain, happened: words.runAgain })
  if (notes[phase]) held.push(element("p", { role: "status" }, notes[phase]))
  const picture = question.picture || question.kind === "point" ? pictured(question) : null
  if (picture) held.push(picture)
  const taking = ["ask", "again", "happened"].includes(phase) && vote
  if (taking) {
    const before = kept[ballot()]?.answer ?? (vote === "second" ? kept[`${state.number}/first`]?.answer : undefined)
    form = question.fates ? runs.form(picture, changed) : kinds[question.kind].form(question, words, before, picture && overImage(picture, question), changed)
    held.push(form.element, element("button", { className: "send", id: "send", type: "button", onclick: () => form.value() !== null && send(form.value()) }, question.fates ? words.runIt : words.send))
  }
  held.push(element("p", { id: "sent", className: "said", role: "status", hidden: true }), element("div", { id: "ran", role: "status" }), element("p", { id: "count" }))
  if (question.fates && (state.tally || question.truth)) held.push(...runs.map(picture).filter((one) => one !== picture))
  else if (state.tally) held.push(...tallies(question, picture))
  const told = element("div", { id: "told", role: "status" })
  held.push(told)
  root.replaceChildren(...held)
  showLine()
  showSent()
  changed()
  if (question.fates) runs.show()
  else if (question.truth !== undefined) reveal(question, told, picture)
}

function changed() {
  const button = document.getElementById("send")
  if (button) button.disabled = form.value() === null
}

function pictured(question) {
  const image = element("img", { alt: question.alt ?? words.picture })
  const over = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  over.setAttribute("viewBox", "0 0 1000 1000")
  over.setAttribute("preserveAspectRatio", "none")
  over.setAttribute("aria-hidden", "true")
  if (question.picture) load(image, state.number)
  else image.hidden = true
  return element("div", { className: "picture" }, [image, over])
}

async function load(image, number) {
  while (state.number === number && !image.src) {
    try {
      const got = await ask(`/picture/${number}`, { cache: "default" })
      if (got.ok) image.src = URL.createObjectURL(await got.blob())
      else if (got.status === 404) return
    } catch { /* the line is down: once more */ }
    if (!image.src) await new Promise((done) => setTimeout(done, 2000))
  }
}

function text(answer) {
  if (state.question.fates) return runs.text(answer)
  return kinds[state.question.kind].text(state.question, answer)
}

function showSent() {
  const line = document.getElementById("sent")
  if (!line || !state?.question) return
  const votes = { ask: "first", again: "second", happened: "after", closed: "first", closed_again: "second" }
  const one = kept[`${state.number}/${votes[state.phase] ?? "first"}`]
  line.hidden = !one || state.question.truth !== undefined
  if (!one) return
  line.dataset.sent = one.acknowledged ? "yes" : one.late ? "late" : "no"
  const says = one.acknowledged ? words.sent : one.late ? one.says ?? words.late : offline ? words.kept : words.sending
  line.textContent = fill(says, { answer: text(one.answer) })
  const button = document.getElementById("send")
  if (button) button.textContent = words.sendAgain
  if (!state.question.fates) return
  for (const over of [button, form?.element]) if (over) over.hidden = true // there was one answer
  runs.show()
}

function tallies(question, picture) {
  const votes = Object.entries(state.tally)
  if (question.kind === "point") {
    lay(picture, question, votes.at(-1)[1].points)
    return [element("p", {}, fill(words.median, { answer: text(votes.at(-1)[1].median) }))]
  }
  return votes.map(([vote, tally]) => bars(votes.length > 1 ? words[vote] : "", kinds[question.kind].rows(question, tally), tally.bins, words, tally.median))
}

// The run, and then what came out.
async function play(question, picture) {
  const { number, phase } = state, box = question.box ?? (question.x && [question.x, question.y])
  if (!box) return
  const done = () => question.kind === "point" && drawDots(picture, question, [question.truth], "truth")
  const got = question.paths && (await ask(`/paths/${number}`).catch(() => null))
  const paths = got?.ok ? (await got.json()).paths : []
  replay(picture.querySelector("svg"), box, paths, { done, stands: phase !== "reveal" || !paths.length })
}

async function reveal(question, told, picture) {
  const lines = [element("p", { className: "said truth" }, fill(words.truth, { answer: kinds[question.kind].truth(question, question.truth) }))]
  if (picture && question.kind === "point") lines.push(element("p", {}, words.legend))
  if (picture) play(question, picture)
  told.replaceChildren(...lines)
  try {
    const got = await (await ask("/mine")).json()
    for (const [vote, one] of Object.entries(got)) {
      if (one.distance === undefined) continue
      if (picture && question.kind === "point") drawDots(picture, question, [one.answer], "own")
      const name = vote === "second" ? words.yoursAgain : words.yours
      const away = kinds[question.kind].away(words, one.distance, percent)
      lines.push(element("p", { className: "said", id: `own-${vote}` }, `${fill(name, { answer: text(one.answer) })} ${away}`))
    }
    told.replaceChildren(...lines)
  } catch {
    shown = "" // drawn again with the next answer of the server
  }
}
