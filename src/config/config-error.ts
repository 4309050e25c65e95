/** A setting is missing or malformed. The message is one line that begins with the setting's name. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
