/** Where the next id of a target table comes from, beyond the highest that is taken: floors and sequences of the source. */
export interface IdentityFloor {
  readonly floor: number;
  /** Sequences of schema common_oltp that number new rows of the source. */
  readonly sequences: readonly string[];
}

/** `target-schema.md`, "Ids survive": new users and emails start above these, whatever was migrated. */
export const IDENTITY_FLOORS: Readonly<Record<string, IdentityFloor>> = {
  users: { floor: 88_770_000, sequences: ['sequence_user_seq'] },
  emails: { floor: 70_100_000, sequences: ['sequence_email_seq'] },
  mfa_challenges: { floor: 0, sequences: ['user_otp_email_id_seq'] },
  user_activity_logs: { floor: 0, sequences: ['user_event_user_event_id_seq'] },
};
