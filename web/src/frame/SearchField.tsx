// Search from pages that have no search of their own. The name of a vulnerability or a package URL leads to what it affects,
// anything else to the inventory, and from there to the findings.

import { useMatches, useNavigate } from '@tanstack/react-router'
import { SearchForm } from '../parts/SearchForm.tsx'

export function SearchField() {
  const navigate = useNavigate()
  const own = useMatches().at(-1)?.staticData.searches
  if (own) return null
  return (
    <SearchForm
      label="Search the inventory, or who a vulnerability or a package affects"
      placeholder="Search, CVE, pkg:…"
      onAsk={(text) =>
        void navigate({ to: asksWhoIsAffected(text) ? '/affected' : '/inventory', search: { search: text } })
      }
    />
  )
}

/** The databases of vulnerabilities begin their names so. https://ossf.github.io/osv-schema/#id-modified-fields */
const vulnerabilityName =
  /^(?:CVE|GHSA|GO|PYSEC|RUSTSEC|OSV|MAL|BIT|CGA|HSEC|RSEC|EEF|PSF|DSA|DLA|DTSA|DEBIAN|USN|UBUNTU|ALPINE|RHSA|RHBA|RHEA|ALSA|ALBA|RLSA|RXSA|ELSA|ALAS2?|openSUSE|SUSE|LSN|MGASA|AZL)-[\w.:-]*\d[\w.:-]*$/i

function asksWhoIsAffected(text: string): boolean {
  return text.startsWith('pkg:') || vulnerabilityName.test(text)
}
