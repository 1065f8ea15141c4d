/** Without the dot: Java's own, and those of servers and tools that are the same inside. */
export const archiveExtensions = ['jar', 'war', 'ear', 'jmod', 'par', 'sar', 'hpi', 'jpi', 'nar', 'kar', 'aar'] as const

/** The path of what is read as an archive. */
export const archivePath = new RegExp(String.raw`\.(?:${archiveExtensions.join('|')})$`, 'i')
