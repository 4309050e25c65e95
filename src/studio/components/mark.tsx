/** The product's mark: a photo, half as it was, half restored. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#14403a" />
      <rect x="6" y="7" width="20" height="18" rx="2.5" fill="#8f9c98" />
      <path d="M16 7h7.5A2.5 2.5 0 0 1 26 9.5v13a2.5 2.5 0 0 1-2.5 2.5H16z" fill="#ffdf9e" />
      <path d="m6 21.5 5.5-6.5 4.5 5v5H8.5A2.5 2.5 0 0 1 6 22.5z" fill="#66736f" />
      <path d="m16 20 4.5-6 5.5 6.5v2a2.5 2.5 0 0 1-2.5 2.5H16z" fill="#e2593b" />
      <circle cx="11" cy="12" r="1.8" fill="#c6cfcc" />
      <path d="M16 4v24" stroke="#fff" stroke-width="1.6" stroke-linecap="round" />
    </svg>
  );
}
