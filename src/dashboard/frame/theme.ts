import { createTheme, Modal } from '@mantine/core';

/**
 * Colours, sizes and defaults of Mantine's components. The CSS variables are written into the
 * stylesheet by the build (theme-variables.ts), so the page needs no `<style>` element and runs
 * under `style-src 'self'`. For the same reason: no responsive style props, no `hiddenFrom`, no
 * Grid, SimpleGrid or AppShell; layout belongs to the CSS modules.
 */
export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 5 },
  colors: {
    accent: [
      '#eef2fd',
      '#dbe4fa',
      '#b7c8f4',
      '#90a9ec',
      '#7390e6',
      '#4c6bd6',
      '#3f5fcb',
      '#3553b8',
      '#2c479f',
      '#243a83',
    ],
    dark: [
      '#d8dce1',
      '#b6bcc4',
      '#9aa2ac',
      '#6c747e',
      '#40464e',
      '#343a42',
      '#262b31',
      '#1c2025',
      '#15181c',
      '#101215',
    ],
  },
  defaultRadius: 'sm',
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // The scroll lock writes a `<style>` element; app.css holds the page still instead.
    Modal: Modal.extend({ defaultProps: { lockScroll: false } }),
    // The page's own header is its only banner.
    ModalHeader: { defaultProps: { role: 'none' } },
  },
});
