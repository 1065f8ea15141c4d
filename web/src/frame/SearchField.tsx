// Search from pages that have no search of their own: it leads to the inventory, from there to the findings.

import { useMatches, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Glyph } from '../parts/Glyph.tsx'
import css from './SearchField.module.css'

export function SearchField() {
  const navigate = useNavigate()
  const own = useMatches().at(-1)?.staticData.searches
  const [typed, setTyped] = useState('')
  if (own) return null
  return (
    <search>
      <form
        className={css.field}
        onSubmit={(event) => {
          event.preventDefault()
          if (typed.trim() === '') return
          void navigate({ to: '/inventory', search: { search: typed.trim() } })
          setTyped('')
        }}
      >
        <Glyph name="search" />
        <input
          type="search"
          data-search
          aria-label="Search the inventory"
          placeholder="Search inventory"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <kbd aria-hidden="true">/</kbd>
      </form>
    </search>
  )
}
