// Sets the theme before the first paint; a file of its own, because the content security policy allows no inline script.
{
  let chosen = null
  try {
    chosen = localStorage.getItem('plimsoll-theme')
  } catch {
    // Storage may be forbidden: the system's theme is used.
  }
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.mantineColorScheme = dark ? 'dark' : 'light'
}
