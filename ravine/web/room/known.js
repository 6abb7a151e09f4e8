// The room that this browser opened or steers, and how its pages speak with it.

const NAME = "ravine-room" // in the browser's storage
const REST = 12 * 3600e3 // milliseconds after which a room is over
const SLOW = 60e3 // milliseconds for a step: a question is made by running a race

/** {code, entry, projector, secret, at, ...} of the room; null when there is none. */
export function knownRoom() {
  try {
    const room = JSON.parse(localStorage.getItem(NAME))
    return room?.code && Date.now() - room.at < REST ? room : null
  } catch {
    return null
  }
}

/** Keep a room, or more about the one that is kept; the whole of it. */
export function keepRoom(more) {
  const before = knownRoom()
  const room = { at: Date.now(), ...(before?.code === more.code ? before : {}), ...more }
  try {
    localStorage.setItem(NAME, JSON.stringify(room))
  } catch {
    // a browser that keeps nothing knows the room as long as the page stays
  }
  document.dispatchEvent(new Event("ravine-room"))
  return room
}

export function forgetRoom() {
  try {
    localStorage.removeItem(NAME)
  } catch {
    // it kept nothing
  }
  document.dispatchEvent(new Event("ravine-room"))
}

/** A room that did not exist before. Throws an Error with the server's sentence. */
export async function openRoom(base) {
  const got = await fetch(base, { method: "POST", body: "{}", headers: spoken({ "Content-Type": "application/json" }) })
  return keepRoom({ ...(await told(got)), at: Date.now(), asked: [] })
}

/** What the room answers at `path`, to whoever has this key of it. */
export function call(base, room, path, key = "", how = {}) {
  const headers = spoken({ "X-Room-Entry": room.entry ?? "", ...how.headers })
  if (key) headers.Authorization = `Bearer ${key}`
  return fetch(`${base}${room.code}/${path}`, { cache: "no-store", signal: AbortSignal.timeout(how.patience ?? 8000), ...how, headers })
}

/** A step of the teacher, {do, ...}; what there is to see after it. Throws an Error with the server's sentence. */
export async function steer(base, room, step) {
  const how = { method: "POST", body: JSON.stringify(step), headers: { "Content-Type": "application/json" }, patience: SLOW }
  return await told(await call(base, room, "control", room.secret, how))
}

/** Where a room is found: the page of its phones, of its projector, of its teacher. */
export function places(base, room) {
  const { origin } = location, { code, entry, projector, secret } = room
  const own = `#c=${code}&s=${encodeURIComponent(secret)}`, lang = `?lang=${document.documentElement.lang}`
  return {
    typed: `${location.host}${base}`,
    phones: `${origin}${base}${code}#p=${encodeURIComponent(entry)}`,
    show: `${origin}${base}show${lang}${own}`,
    look: `${origin}${base}show${lang}#c=${code}&p=${encodeURIComponent(projector)}`,
    teach: `${origin}${base}teach${lang}${own}`,
  }
}

async function told(got) {
  const said = await got.json().catch(() => ({}))
  if (!got.ok) throw Object.assign(new Error(said.says ?? String(got.status)), { status: got.status })
  return said
}

function spoken(headers) {
  return { "Accept-Language": document.documentElement.lang, ...headers }
}
