/** Characters that a target column takes at the most, where it is not `text`. As the revisions spell them; a test compares them with the catalog. */
export const WIDTHS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  clients: { name: 255 },
  user_social_logins: { social_user_name: 100 },
};
