/** Under which tags answers about uploads are cached. */
export const uploadTags = {
  listOf: (userId: string) => `uploads:${userId}`,
  one: (uploadId: string) => `upload:${uploadId}`,
};
