import {
  type ConvertCSSVariablesInput,
  convertCssVariables,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  mergeMantineTheme,
} from '@mantine/core';
import type { Plugin } from 'vite';
import { theme } from './theme.js';

const MODULE = 'virtual:theme-variables.css';
const RESOLVED = '/virtual-theme-variables.css';

/**
 * Vite plugin behind `import 'virtual:theme-variables.css'`: what MantineProvider would put into a
 * `<style>` element while running, as a file of the build.
 */
export function themeVariables(): Plugin {
  return {
    name: 'theme-variables',
    resolveId: (id) => (id === MODULE ? RESOLVED : undefined),
    load: (id) => (id === RESOLVED ? themeStylesheet() : undefined),
  };
}

function themeStylesheet(): string {
  const own = defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme));
  const shipped = defaultCssVariablesResolver(DEFAULT_THEME);
  const changed: ConvertCSSVariablesInput = {
    variables: difference(own.variables, shipped.variables),
    light: difference(own.light, shipped.light),
    dark: difference(own.dark, shipped.dark),
  };
  return convertCssVariables(changed, ':root');
}

type Variables = Record<string, string>;

function difference(own: Variables, shipped: Variables): Variables {
  return Object.fromEntries(Object.entries(own).filter(([name, value]) => shipped[name] !== value));
}
