// Mantine wears our tokens: its variables are set in mantine.css, the defaults of its parts here.

import { Button, createTheme, SegmentedControl, TextInput } from '@mantine/core'

export const theme = createTheme({
  defaultRadius: 6,
  fontFamily: 'var(--sans)',
  fontFamilyMonospace: 'var(--mono)',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: 'xs' } }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { size: 'xs', transitionDuration: 100 } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'xs' } }),
  },
})
