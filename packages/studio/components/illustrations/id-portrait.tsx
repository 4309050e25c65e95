/** A person in front of any background, 160 by 96. */
export function IdPortrait() {
  return (
    <g>
      <path d="M36 100q2-25 24-29l20-5 20 5q22 4 24 29z" fill="#31465c" />
      <path d="M66 67l14 20 14-20-6-3H72z" fill="#fff" />
      <path d="M76 76h8l-2 6 4 18H74l4-18z" fill="#a6483b" />
      <path d="M71 54h18v13q-9 10-18 0z" fill="#d49c78" />
      <path d="M61 34q0-22 19-22t19 22q0 27-19 27T61 34z" fill="#e9b993" />
      <path d="M58 38q-4-33 22-33t22 33q-3-2-4-10-18 1-27-7-8 6-9 13 0 3-4 4z" fill="#3d2b24" />
    </g>
  );
}

/** The background when the photo was taken. */
export function LivingRoom() {
  return (
    <g>
      <rect width="160" height="96" fill="#dcd3c3" />
      <rect x="8" y="10" width="30" height="26" rx="1.5" fill="#b9a98f" />
      <path d="M11 33l8-11 6 7 4-4 6 8z" fill="#8d7d66" />
      <path d="M0 62h80v34H0z" fill="#c2b49c" />
      <path d="M4 52h26q6 0 6 8v36H0V56q0-4 4-4z" fill="#97836a" />
      <path d="M62 0h9v62h-9z" fill="#cbbfa9" />
    </g>
  );
}
