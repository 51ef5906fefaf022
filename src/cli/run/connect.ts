import { hostname, userInfo } from 'node:os';
import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import type { TemporalEnvironment } from '../../temporal/environment.ts';
import { CHECK_TLS, distrustOf, probeTls } from '../../temporal/tls-probe.ts';
import { CliError } from '../cli-error.ts';

const CONNECT_TIMEOUT = '10s';
/** gRPC's codes for a server that refuses us. */
const REFUSED = new Map([
  [7, 'permission denied'],
  [16, 'not authenticated'],
]);

/** A client of the environment's namespace, closed after `work`. Throws CliError where Temporal cannot be reached or refuses. */
export async function withTemporal<T>(temporal: TemporalEnvironment, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await connectTo(temporal);
  try {
    const { namespace, dataConverter } = temporal;
    return await work(new Client({ connection, namespace, identity: whoAmI(), ...(dataConverter !== undefined && { dataConverter }) }));
  } catch (error) {
    throw refusal(temporal, error) ?? error;
  } finally {
    await connection.close();
  }
}

/** @throws CliError TemporalUnreachable or TemporalRefused */
export async function connectTo(temporal: TemporalEnvironment): Promise<Connection> {
  // The client itself would only say, after its timeout, that it could not connect.
  const distrusted = await distrust(temporal);
  if (distrusted !== undefined) throw distrusted;
  try {
    return await Connection.connect({ ...temporal.connection, connectTimeout: CONNECT_TIMEOUT });
  } catch (error) {
    throw connectionError(temporal, error);
  }
}

/** How Temporal, and the run's report, name who started or steered a run. */
function whoAmI(): string {
  return `identity-migrate:${userName()}@${hostname()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user may have no name.
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}

async function distrust(temporal: TemporalEnvironment): Promise<CliError | undefined> {
  const fault = await probeTls(temporal.connection);
  if (fault === undefined) return undefined;
  return new CliError('TemporalRefused', distrustOf(temporal, fault), CHECK_TLS);
}

function connectionError(temporal: TemporalEnvironment, error: unknown): CliError {
  return refusal(temporal, error) ?? unreachable(temporal);
}

function unreachable(temporal: TemporalEnvironment): CliError {
  return new CliError(
    'TemporalUnreachable',
    `Temporal at ${temporal.connection.address} does not answer.`,
    'start it (docker compose up -d temporal, or temporal server start-dev), or correct TEMPORAL_ADDRESS or temporal.yaml.',
  );
}

/** Errors of the server as a whole; undefined for errors of one call, which the caller knows better. */
function refusal(temporal: TemporalEnvironment, error: unknown): CliError | undefined {
  if (error instanceof NamespaceNotFoundError) {
    return new CliError(
      'TemporalRefused',
      `Temporal at ${temporal.connection.address} has no namespace "${temporal.namespace}".`,
      'correct TEMPORAL_NAMESPACE or temporal.yaml, or create it: temporal operator namespace create.',
    );
  }
  const cause = grpcCause(error);
  if (cause === undefined) {
    return undefined;
  }
  const refused = REFUSED.get(cause.code);
  if (refused !== undefined) {
    return new CliError(
      'TemporalRefused',
      `Temporal at ${temporal.connection.address} refuses: ${refused}.`,
      'check TEMPORAL_API_KEY and the certificates.',
    );
  }
  return isAway(error) ? unreachable(temporal) : undefined;
}

const UNAVAILABLE = 14;
const DEADLINE_EXCEEDED = 4;
const INVALID_ARGUMENT = 3;

/** True where the call did not reach a server, or it gave no answer in time. */
export function isAway(error: unknown): boolean {
  const code = grpcCause(error)?.code;
  return code === UNAVAILABLE || code === DEADLINE_EXCEEDED;
}

/** True where the same call may succeed later: the server is away, restarts or is overloaded. */
export function mayPass(error: unknown): boolean {
  const code = grpcCause(error)?.code;
  return code !== undefined && !REFUSED.has(code) && code !== INVALID_ARGUMENT;
}

interface GrpcCause {
  readonly code: number;
  readonly details: string;
}

/** The gRPC error in an error's chain of causes: the SDK wraps it in a ServiceError. */
export function grpcCause(error: unknown): GrpcCause | undefined {
  let cause = error;
  for (let depth = 0; depth < 5 && cause instanceof Error; depth += 1) {
    if (isGrpcServiceError(cause)) {
      return { code: cause.code, details: cause.details ?? cause.message };
    }
    cause = cause.cause;
  }
  return undefined;
}
