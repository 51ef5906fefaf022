/**
 * What is wrong with a TLS connection, in an operator's words, by the code of OpenSSL or Node (`ERR_TLS_*`, X509 verification errors).
 * Sandbox-safe.
 */
const UNTRUSTED = 'its certificate is not of an authority that we were told to trust';
export const REFUSED_OURS = 'it asks for a client certificate that it trusts';
const FAULTS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is of another host name',
  CERT_REVOKED: 'its certificate was revoked',
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  CERT_SIGNATURE_FAILURE: UNTRUSTED,
  CERT_UNTRUSTED: UNTRUSTED,
  INVALID_CA: UNTRUSTED,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: REFUSED_OURS,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: REFUSED_OURS,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: REFUSED_OURS,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: REFUSED_OURS,
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  // What the database drivers say of a server without TLS.
  HANDSHAKE_NO_SSL_SUPPORT: 'it does not speak TLS',
};
/** OpenSSL's own texts, for the MySQL driver, which puts a code of its own in their place. */
const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/certificate has expired/, 'its certificate has expired'],
  [/certificate is not yet valid/, 'its certificate is not valid yet'],
  [/does not match certificate's altnames/, 'its certificate is of another host name'],
  [/self-signed certificate|unable to (get|verify)|certificate signature failure|invalid CA/, UNTRUSTED],
];
const NO_TLS = /^The server does not support SSL connections/;

/** Undefined for any other error. Looks at the causes, too. */
export function tlsFault(error: unknown): string | undefined {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 4; cause = cause.cause, depth += 1) {
    const { code } = cause as { code?: unknown };
    const { message } = cause;
    const fault =
      code === 'HANDSHAKE_SSL_ERROR'
        ? (TEXTS.find(([text]) => text.test(message))?.[1] ?? 'the handshake failed')
        : (FAULTS[String(code)] ?? (NO_TLS.test(message) ? 'it does not speak TLS' : undefined));
    if (fault !== undefined) return fault;
  }
  return undefined;
}
