// Written by "npm run generate" from docs/openapi.json.

export interface paths {
    "/api/v1/auth/user/register/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create an account
         * @description Create an account. A welcome mail is sent.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/user/login/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in
         * @description Log in. Send the token of the answer in the Authorization header of all other requests.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/user/me/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the account of the token
         * @description Get the account of the token.
         */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/user/logout/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log out
         * @description Log out. The token is invalid at once, in every process.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/user/logout-all/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End all sessions of the account
         * @description End all sessions of the account.
         */
        post: operations["logoutAll"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/user/password/change/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the password
         * @description Change the password. All other sessions of the account end, and a mail tells of it.
         */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/user/password/reset/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a mail with a token for a new password
         * @description Ask for a mail with a token for a new password. The answer is the same whether or not the address has an account.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/user/password/reset/confirm/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose a new password with the token of the mail
         * @description Choose a new password with the token of the mail. All sessions of the account end, and a mail tells of it.
         */
        post: operations["confirmPasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your tasks, newest first by default
         * @description List your tasks, newest first by default.
         */
        get: operations["listTasks"];
        put?: never;
        /**
         * Create a task
         * @description Create a task.
         */
        post: operations["createTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a task
         * @description Get a task.
         */
        get: operations["getTask"];
        /**
         * Replace a task
         * @description Replace a task. Absent fields get their defaults. Fields that only the service sets are accepted and ignored.
         */
        put: operations["replaceTask"];
        post?: never;
        /**
         * Delete a task
         * @description Delete a task.
         */
        delete: operations["deleteTask"];
        options?: never;
        head?: never;
        /**
         * Change a task by a merge patch (RFC 7396)
         * @description Change a task by a merge patch (RFC 7396). Absent fields keep their values; null clears a field.
         */
        patch: operations["patchTask"];
        trace?: never;
    };
    "/api/v1/tasks/{id}/complete/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete a task
         * @description Complete a task; a mail tells its owner. A task that is completed already stays as it is.
         */
        post: operations["completeTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/csv-data/uploads/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your uploads, newest first
         * @description Your uploads, newest first.
         */
        get: operations["listUploads"];
        put?: never;
        /**
         * Upload a CSV file
         * @description Upload a CSV file: as the part `file` of a multipart body, which must be its only part, or as the body itself. gzip is unpacked. The answer
         *     comes as soon as the bytes are stored; a worker reads the file afterwards. Options that the query does not give are detected.
         */
        post: operations["uploadCsv"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/csv-data/uploads/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One upload
         * @description One upload.
         */
        get: operations["getUpload"];
        put?: never;
        post?: never;
        /**
         * Delete an upload in any state, with its rows and its file
         * @description Delete an upload in any state, with its rows and its file. It is gone when the answer comes; its data is removed soon after.
         */
        delete: operations["deleteUpload"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/csv-data/uploads/{id}/cancel/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop an upload that has not ended
         * @description Stop an upload that has not ended. Its rows are removed; its rejects and its file are kept, so that it can be retried.
         */
        post: operations["cancelUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/csv-data/uploads/{id}/retry/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read the file of a failed or cancelled upload again from its beginning
         * @description Read the file of a failed or cancelled upload again from its beginning. Each option in the query replaces that option of the upload;
         *     `auto` removes the option, so that it is detected.
         */
        post: operations["retryUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/csv-data/uploads/{id}/delete/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete an upload
         * @description Delete an upload; the same call under another path.
         */
        delete: operations["deleteUploadAlias"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/csv-data/previews/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show how an upload of a file would be read
         * @description Show how an upload of a file would be read. It takes the body and the options of an upload, reads the first MiB and stores nothing. The
         *     rest of a longer body is not read, so send only the beginning of a big file.
         */
        post: operations["previewCsv"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/csv-data/uploads/{id}/progress/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The progress of an upload
         * @description The progress of an upload. Never cached.
         */
        get: operations["getUploadProgress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/csv-data/uploads/{id}/events/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The progress as server-sent events
         * @description The progress as server-sent events: one at once, one for each change, and a last one when the upload is completed, failed or
         *     cancelled; then the stream ends. If the upload is deleted, the last event is named `deleted`. The stream also ends when its session
         *     does, within 5 s.
         */
        get: operations["streamUploadProgress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/csv-data/uploads/{id}/rejects/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The rejected records in file order, also while the file is being read
         * @description The rejected records in file order, also while the file is being read. `format=csv` returns them as one file in the dialect and the
         *     encoding of the original: the header if there was one, then the unchanged bytes of each record. Correct that file and upload it with the
         *     options of the first upload, except `skip`; the header gives its rows the same columns. A few records may be too little to recognise
         *     an encoding by: declare `encoding` with the `charset` of the answer, unless that is UTF-8 or UTF-16. Records of more than 64 KiB are
         *     truncated, so the file leaves them out; `X-Rejects-Left-Out` is their number.
         */
        get: operations["listRejects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/health-check/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The state of the service and of each part it needs
         * @description The state of the service and of each part it needs: 503 when the database is down, 200 when only other parts are down.
         */
        get: operations["healthCheck"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the process runs
         * @description Whether the process runs. Checks nothing else, so that no process is restarted because the database is down.
         */
        get: operations["livez"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether requests can be served
         * @description Whether requests can be served.
         */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/csv-data/uploads/{id}/data/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One page of the rows of a completed upload, filtered, searched and sorted
         * @description One page of the rows of a completed upload, filtered, searched and sorted.
         */
        get: operations["readRows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/csv-data/uploads/{id}/columns/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The columns of a completed upload with statistics
         * @description The columns of a completed upload with statistics: the number of values, minimum, maximum and most frequent values.
         */
        get: operations["readColumns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/csv-data/uploads/{id}/columns/{key}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a column of a completed upload
         * @description Change a column of a completed upload: its label, its type, how its values are written, and which texts stand for no value. The stored
         *     texts and the key stay. A type must hold for every value, which is checked first.
         */
        patch: operations["changeColumn"];
        trace?: never;
    };
    "/api/v1/csv-data/uploads/{id}/export/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Streams all matching rows, with the same filters, search and sort as `data`
         * @description Streams all matching rows, with the same filters, search and sort as `data`. When the export fails, the connection is closed early;
         *     a response that ends properly is complete.
         */
        get: operations["exportRows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        RegisterDto: {
            /**
             * Format: email
             * @description The address for mails and for the login. Case is ignored.
             * @example ada@example.org
             */
            email: string;
            /**
             * @description The password again, for forms that ask for it twice.
             * @example violet-harbour-29-lamps
             */
            password_confirm?: string | null;
            /**
             * @description Your name, for the greeting in mails.
             * @example Ada Lovelace
             */
            full_name?: string | null;
            /**
             * @description By default the part of the address before the @.
             * @example ada
             */
            username?: string | null;
            /**
             * @description 8 to 128 characters of any kind. A password that is easy to guess is rejected.
             * @example violet-harbour-29-lamps
             */
            password: string;
        };
        UserDto: {
            /** @example Ada Lovelace */
            full_name: string;
            /** @example 019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c */
            id: string;
            /** @example ada@example.org */
            email: string;
            /** @example ada */
            username: string;
            /**
             * Format: date-time
             * @example 2026-11-23T09:30:00.000Z
             */
            created_at: string;
        };
        LoginDto: {
            /** @example ada@example.org */
            email: string;
            /** @example violet-harbour-29-lamps */
            password: string;
        };
        SessionDto: {
            /** @example You are logged in. */
            detail: string;
            /**
             * @description Send it as `Authorization: Bearer <token>`. No later answer shows it again.
             * @example 3q2-7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs
             */
            token: string;
            /** @example Bearer */
            token_type: string;
            /**
             * Format: date-time
             * @example 2026-12-23T09:30:00.000Z
             */
            expires_at: string;
        };
        DetailDto: {
            /** @example You are logged out. */
            detail: string;
        };
        ChangePasswordDto: {
            /** @example violet-harbour-29-lamps */
            current_password: string;
            /**
             * @description 8 to 128 characters of any kind. A password that is easy to guess is rejected.
             * @example amber-meadow-61-clocks
             */
            new_password: string;
        };
        ResetPasswordDto: {
            /** @example ada@example.org */
            email: string;
        };
        ConfirmResetDto: {
            /**
             * @description The token in the mail. It works once, within an hour.
             * @example 3q2-7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs
             */
            token: string;
            /**
             * @description 8 to 128 characters of any kind. A password that is easy to guess is rejected.
             * @example amber-meadow-61-clocks
             */
            new_password: string;
        };
        ParameterWarningDto: {
            /**
             * @description The query has a parameter that this address ignores.
             * @enum {string}
             */
            code: "unknown_parameter";
            /** @description The code as a sentence. */
            message: string;
            /**
             * @description Its name in the query.
             * @example limit
             */
            parameter: string;
            /**
             * @description The parameter that was probably meant; null where none is near.
             * @example page_size
             */
            nearest: string | null;
        };
        TaskDto: {
            /**
             * Format: uuid
             * @example 019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c
             */
            id: string;
            /** @example Write the notes on the Analytical Engine */
            title: string;
            /** @example A to G. */
            description: string;
            /**
             * @example pending
             * @enum {string}
             */
            status: "pending" | "in_progress" | "completed";
            /**
             * @example high
             * @enum {string}
             */
            priority: "low" | "medium" | "high";
            /**
             * @description An instant in RFC 3339 and UTC; or a day, such as `2026-12-24`, if the owner gave a date.
             * @example 2026-12-24T18:00:00.000Z
             */
            due_date: string | null;
            /**
             * Format: date-time
             * @description Time of the completion. Null while the task is not completed.
             * @example null
             */
            completed_at: string | null;
            /**
             * @description Each change adds 1. In quotes it is the task's ETag.
             * @example 1
             */
            version: number;
            /**
             * Format: date-time
             * @example 2026-11-23T09:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-11-23T09:30:00.000Z
             */
            updated_at: string;
        };
        TaskPageDto: {
            /**
             * @description Number of tasks on all pages.
             * @example 1
             */
            count: number;
            /**
             * @description Address of the next page: by `cursor` if the request has one, else by `page`. Null on the last page.
             * @example null
             */
            next: string | null;
            /**
             * @description Address of the previous page. Null on the first page, and when the request has a `cursor`.
             * @example null
             */
            previous: string | null;
            /** @description The `cursor` of the next page, for the same filters and ordering. Absent on the last page. */
            next_cursor?: string;
            /** @description Parameters of the query that this address does not know and has ignored. Absent where there are none. */
            warnings?: components["schemas"]["ParameterWarningDto"][];
            results: components["schemas"]["TaskDto"][];
        };
        CreateTaskDto: {
            /**
             * @description 1 to 255 characters, without the white space at either end, which is dropped.
             * @example Write the notes on the Analytical Engine
             */
            title: string;
            /**
             * @description Up to 65,000 characters. Null stands for an empty text.
             * @default
             * @example A to G.
             */
            description?: string | null;
            /**
             * @description `completed` completes the task: `completed_at` is set and a mail is sent.
             * @default pending
             * @enum {string}
             */
            status?: "pending" | "in_progress" | "completed";
            /**
             * @default medium
             * @enum {string}
             */
            priority?: "low" | "medium" | "high";
            /**
             * @description RFC 3339 with a zone, stored to the millisecond; or a date, such as `2026-12-24`, which means that day in UTC. The task is overdue
             *     when the instant has passed, or the day is over.
             * @default null
             * @example 2026-12-24T18:00:00Z
             */
            due_date?: string | null;
        };
        ReplaceTaskDto: {
            /**
             * @description 1 to 255 characters, without the white space at either end, which is dropped.
             * @example Write the notes on the Analytical Engine
             */
            title: string;
            /**
             * @description Up to 65,000 characters. Null stands for an empty text.
             * @default
             * @example A to G.
             */
            description?: string | null;
            /**
             * @description `completed` completes the task: `completed_at` is set and a mail is sent.
             * @default pending
             * @enum {string}
             */
            status?: "pending" | "in_progress" | "completed";
            /**
             * @default medium
             * @enum {string}
             */
            priority?: "low" | "medium" | "high";
            /**
             * @description RFC 3339 with a zone, stored to the millisecond; or a date, such as `2026-12-24`, which means that day in UTC. The task is overdue
             *     when the instant has passed, or the day is over.
             * @default null
             * @example 2026-12-24T18:00:00Z
             */
            due_date?: string | null;
        };
        PatchTaskDto: {
            /**
             * @description 1 to 255 characters, without the white space at either end, which is dropped.
             * @example Write the notes on the Analytical Engine
             */
            title?: string;
            /** @description Up to 65,000 characters. Null clears it. */
            description?: string | null;
            /**
             * @description `completed` completes the task: `completed_at` is set and a mail is sent. Any other status clears `completed_at`.
             * @enum {string}
             */
            status?: "pending" | "in_progress" | "completed";
            /** @enum {string} */
            priority?: "low" | "medium" | "high";
            /**
             * @description RFC 3339 with a zone; or a date, such as `2026-12-24`, which means that day in UTC. Null clears it.
             * @example 2026-12-24T18:00:00Z
             */
            due_date?: string | null;
        };
        /** @enum {string} */
        UploadStatus: "pending" | "processing" | "completed" | "failed" | "cancelled";
        /**
         * @description The current step of the work, or the last one.
         * @enum {string}
         */
        UploadStage: "queued" | "detecting" | "loading" | "analyzing" | "done" | "failed" | "cancelled";
        /**
         * @description The type of each value in the column; `text` if the values have no common type.
         * @enum {string}
         */
        ColumnType: "integer" | "number" | "boolean" | "date" | "datetime" | "text";
        FirstExceptionDto: {
            /** @example 4711 */
            row_id: number;
            /**
             * @description Its text, at most its first 200 bytes.
             * @example n/a
             */
            value: string;
        };
        WouldBeDto: {
            type: components["schemas"]["ColumnType"];
            /**
             * @description How many values are of another type.
             * @example 1
             */
            exceptions: number;
            first: components["schemas"]["FirstExceptionDto"];
            /**
             * @description How many records at the end of the file hold all of these values, footer included, as `skip_footer` takes it; absent where others do too.
             * @example 1
             */
            skip_footer?: number;
        };
        UploadColumnDto: {
            /** @description The type of each value in the column; `text` if the values have no common type. */
            type: components["schemas"]["ColumnType"];
            /**
             * @description Position of the column in the file, from 1.
             * @example 3
             */
            position: number;
            /**
             * @description How its numbers or days are written: the number 1234.56, or a day. null for JSON's numbers, YYYY-MM-DD and RFC 3339.
             * @example 1.234,56
             */
            format: string | null;
            /**
             * @description Texts that stand for an empty cell.
             * @example [
             *       "NA"
             *     ]
             */
            null_values: string[];
            /** @description For a column of text: the type that nearly all of its values have. */
            would_be: components["schemas"]["WouldBeDto"] | null;
            /**
             * @description The key of its values in `data/`, derived from the header.
             * @example unit_price
             */
            key: string;
            /** @description The header in the file, unchanged, or the key if the file has no header. */
            name: string;
        };
        UploadDialectDto: {
            /** @enum {string} */
            newline: "lf" | "crlf" | "cr" | "mixed";
            /** @description Number of skipped lines before the header or the first record. */
            preamble_lines: number;
            /** @enum {string} */
            decimal: "." | ",";
            /** @example , */
            delimiter: string;
            /**
             * @description Empty if the file has no quotes.
             * @example \
             */
            quote: string;
            /** @example \ */
            escape: string;
            /** @example utf-8 */
            encoding: string;
            has_header: boolean;
            /** @description The mark between groups of digits in numbers; empty if there is none. */
            thousands: string;
            /** @description Whether blanks beside delimiters and outside of quotes are no part of the cells. */
            trim: boolean;
            /** @description What the lines begin with that are comments; empty if none is declared. */
            comment: string;
            /**
             * @description The probability that the dialect is right, from 0 to 1. Under 0.9 there is a warning in `errors`. Declared options have 1.
             * @example 0.98
             */
            confidence: number;
        };
        /**
         * @description One of the codes that the page of errors lists. Stable: clients may branch on it. Later versions may add codes.
         * @enum {string}
         */
        UploadFaultCode: "records_skipped" | "second_header" | "delimiter_uncertain" | "delimiter_absent" | "single_column" | "quoting_uncertain" | "header_uncertain" | "header_width" | "line_breaks_uncertain" | "encoding_uncertain" | "decimal_uncertain" | "date_order_uncertain" | "text_by_exception" | "short_records" | "long_records" | "literal_quotes" | "bom_removed" | "trimmed" | "comment_lines" | "rows_skipped_by_option" | "footer_lines" | "csv_empty" | "csv_no_columns" | "header_unreadable" | "header_too_long" | "names_too_long" | "null_values_too_long" | "too_many_columns" | "too_many_rejects" | "all_rejected" | "names_do_not_fit" | "storage_full" | "file_missing" | "file_changed" | "internal_error";
        UploadFaultDto: {
            /**
             * @description One of the codes that the page of errors lists. Stable: clients may branch on it. Later versions may add codes.
             * @example short_records
             */
            code: components["schemas"]["UploadFaultCode"];
            /**
             * @description How many lines or records a warning is about.
             * @example 3
             */
            count?: number;
            /**
             * @description The first of these lines in the file, from 1.
             * @example 42
             */
            first_line?: number;
            /** @description The first 20 of these lines, where they are in neither rows nor rejects: comments, and what an option leaves out. */
            lines?: string[];
            /**
             * @description The key of the column, where a warning is about one.
             * @example amount
             */
            column?: string;
            /** @description The code as a sentence. */
            message: string;
        };
        UploadDto: {
            /** Format: uuid */
            id: string;
            /**
             * @description The size of the file; unpacked, if it was sent compressed.
             * @example 381650142
             */
            size_bytes: number;
            /**
             * Format: uuid
             * @description The id of your first upload of the same bytes, if that is another one and has not been deleted.
             */
            same_as: string | null;
            status: components["schemas"]["UploadStatus"];
            /** @description The current step of the work, or the last one. */
            stage: components["schemas"]["UploadStage"];
            /**
             * @description Percent; 100 only if the upload is completed.
             * @example 100
             */
            progress: number;
            /** @description Number of records in the file, accepted and rejected; null before the first ones are read. */
            total_rows: number | null;
            processed_rows: number;
            rejected_rows: number;
            /**
             * @description Number of lines in the footer, without blank ones.
             * @example 1
             */
            footer_lines: number;
            /** @example sales.csv */
            original_filename: string;
            /** @description SHA-256 of the file, in hexadecimal digits; of the unpacked one, if it was sent compressed. */
            sha256: string;
            /** @description True while `total_rows` is estimated from the part of the file that has been read. */
            total_rows_is_estimate: boolean;
            /** @description In file order; empty until the columns are detected. */
            columns: components["schemas"]["UploadColumnDto"][];
            /**
             * @description The dialect of the file, detected or declared. Until a worker has read the file, it is detected from the beginning of the file, and null
             *     if that has no record.
             */
            dialect: components["schemas"]["UploadDialectDto"] | null;
            /**
             * @description The first 20 lines above the table, 200 characters of each; `dialect.preamble_lines` is the number of all of them.
             * @example [
             *       "Prices of October",
             *       "all in EUR"
             *     ]
             */
            preamble: string[];
            /**
             * @description The first 20 lines of the footer, 200 characters of each: lines below the table that are no rows. Their number is in `footer_lines`.
             * @example [
             *       "Source: Office of Statistics"
             *     ]
             */
            footer: string[];
            /** @description The reason why the upload failed, and warnings about whatever was passed over, guessed with doubt or shifted. */
            errors: components["schemas"]["UploadFaultDto"][];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            started_at: string | null;
            /**
             * Format: date-time
             * @description When the upload was completed, failed or cancelled.
             */
            completed_at: string | null;
            /**
             * @description Seconds from `started_at` to `completed_at`.
             * @example 9.482
             */
            duration: number | null;
        };
        UploadPageDto: {
            /** @description Number of uploads on all pages. */
            count: number;
            results: components["schemas"]["UploadDto"][];
            /** @description Parameters of the query that this address does not know and has ignored. Absent where there are none. */
            warnings?: components["schemas"]["ParameterWarningDto"][];
            /** @description URL of the next page. */
            next: string | null;
            /** @description URL of the previous page. */
            previous: string | null;
        };
        AlternativeDto: {
            dialect: components["schemas"]["UploadDialectDto"];
            /**
             * @description The probability that this dialect is the right one, from 0 to 1.
             * @example 0.04
             */
            confidence: number;
        };
        PreviewRowDto: {
            /**
             * @description The number of the row in the file, from 1.
             * @example 1
             */
            row_id: number;
            /**
             * @description By the keys of the columns: numbers and booleans of columns that have such a type, else texts; null for an empty cell.
             * @example {
             *       "city": "Paris",
             *       "price": 12.5
             *     }
             */
            data: {
                [key: string]: unknown;
            };
        };
        PreviewDto: {
            /** @description The dialect, detected or declared; null if the file has no table. */
            dialect: components["schemas"]["UploadDialectDto"] | null;
            /** @description What the dialect may be instead, most likely first. Each differs in one part, and in what follows from it. Declared parts have none. */
            alternatives: components["schemas"]["AlternativeDto"][];
            /** @description In file order, with the types that the values have. */
            columns: components["schemas"]["UploadColumnDto"][];
            /** @description The first 20 rows. */
            rows: components["schemas"]["PreviewRowDto"][];
            /**
             * @description The first 20 lines above the table, 200 characters of each.
             * @example [
             *       "Prices of October",
             *       "all in EUR"
             *     ]
             */
            preamble: string[];
            /**
             * @description The first 20 lines of the footer, 200 characters of each; empty unless the whole file was read.
             * @example [
             *       "Source: Office of Statistics"
             *     ]
             */
            footer: string[];
            /** @description The reason why the upload would fail, and warnings, as the upload would have them. */
            errors: components["schemas"]["UploadFaultDto"][];
            /** @description Whether the file has no more than what was read. */
            is_whole_file: boolean;
        };
        UploadProgressDto: {
            status: components["schemas"]["UploadStatus"];
            /** @description The current step of the work, or the last one. */
            stage: components["schemas"]["UploadStage"];
            /**
             * @description Percent. It never decreases, and is 100 only if the upload is completed.
             * @example 42
             */
            progress: number;
            /** @example 420000 */
            processed_rows: number;
            /** @example 3 */
            rejected_rows: number;
            /**
             * @description Number of records in the file; null before the first ones are read.
             * @example 1000000
             */
            total_rows: number | null;
            /**
             * @description Records per second over the last seconds; null if the file is not being read.
             * @example 98000
             */
            rows_per_second: number | null;
            /** @description Estimated seconds until the end; null if they cannot be estimated. */
            eta_seconds: number | null;
            /** @description True while `total_rows` is estimated from the part of the file that has been read. */
            total_rows_is_estimate: boolean;
        };
        /** @enum {string} */
        RejectCode: "too_many_cells" | "nul_character" | "invalid_encoding" | "field_too_long" | "unclosed_quote" | "malformed_quote" | "record_too_long";
        RejectDto: {
            /**
             * @description Number of the record among all records of the file, from 1. The header and blank lines are not records.
             * @example 1048
             */
            record_number: number;
            /**
             * @description The physical line on which the record begins, from 1.
             * @example 1061
             */
            line_number: number;
            /**
             * @description Number of bytes in the file before the record.
             * @example 381204
             */
            byte_offset: number;
            code: components["schemas"]["RejectCode"];
            /** @description The reason as a sentence. */
            message: string;
            /**
             * @description The text of the record without its line break; what does not decode is U+FFFD.
             * @example 7,Rome,12.50,,surplus
             */
            raw: string;
            /**
             * @description The bytes of the record in the file, in its encoding, in Base64; only if `raw` loses something.
             * @example Wm/rLEuBbG4=
             */
            raw_base64?: string;
            /** @description The record is longer than 64 KiB; only its beginning is stored. */
            raw_truncated: boolean;
        };
        RejectPageDto: {
            /** @description Number of rejects on all pages. */
            count: number;
            results: components["schemas"]["RejectDto"][];
            /** @description Parameters of the query that this address does not know and has ignored. Absent where there are none. */
            warnings?: components["schemas"]["ParameterWarningDto"][];
            /** @description URL of the next page. */
            next: string | null;
            /** @description URL of the previous page. */
            previous: string | null;
        };
        CheckDto: {
            /** @enum {string} */
            status: "up" | "down";
            /** @example {} */
            details: {
                [key: string]: unknown;
            };
            /** @example 1.2 */
            latency_ms: number;
        };
        ChecksDto: {
            /** @description Only where DATABASE_READ_URL is set. While it is down, the database answers in its place. */
            replica?: components["schemas"]["CheckDto"];
            database: components["schemas"]["CheckDto"];
            redis: components["schemas"]["CheckDto"];
            queue: components["schemas"]["CheckDto"];
            worker: components["schemas"]["CheckDto"];
            storage: components["schemas"]["CheckDto"];
        };
        HealthReportDto: {
            /** @enum {string} */
            status: "healthy" | "degraded" | "unhealthy";
            /** Format: date-time */
            timestamp: string;
            /** @example api */
            service: string;
            /** @example 1.0.0 */
            version: string;
            checks: components["schemas"]["ChecksDto"];
        };
        RowDto: {
            /**
             * @description The number of the accepted row in file order, from 1.
             * @example 1
             */
            row_id: number;
            /**
             * @description The cells by column key, in file order; null where empty.
             * @example {
             *       "city": "Paris",
             *       "price": 12.5
             *     }
             */
            data: {
                [key: string]: (string | number | boolean) | null;
            };
        };
        RowsWarningDto: {
            /**
             * @description `compared_as_text`: a range or the order compares the characters of texts that look like numbers or days. `unknown_parameter`: the query has a parameter that this address ignores.
             * @enum {string}
             */
            code: "compared_as_text" | "unknown_parameter";
            /** @description The code as a sentence. */
            message: string;
            /**
             * @description The key of the column, of `compared_as_text`.
             * @example amount
             */
            column?: string;
            /**
             * @description Its name in the query, of `unknown_parameter`.
             * @example fitler
             */
            parameter?: string;
            /**
             * @description The parameter that was probably meant, of `unknown_parameter`; null where none is near.
             * @example filters
             */
            nearest?: string | null;
        };
        PaginationDto: {
            /**
             * @description null when the request has a cursor.
             * @example 1
             */
            page: number | null;
            /** @example 100 */
            page_size: number;
            /**
             * @description null with `count=none`.
             * @example 1000000
             */
            total_count: number | null;
            /**
             * @description `true` when counting took too long or an estimate was requested.
             * @example false
             */
            total_count_is_estimate: boolean;
            /** @example 10000 */
            total_pages: number | null;
            /** @example true */
            has_next: boolean;
            /** @example false */
            has_prev: boolean;
            /** @example 2 */
            next_page: number | null;
            /** @example null */
            prev_page: number | null;
            /**
             * @description The `cursor` of the next page, to be sent with the same filters, search and sort.
             * @example AAAAAAAAAGTMaGzAwRIeusYLJuFbbm5T
             */
            next_cursor: string | null;
        };
        RowsMetadataDto: {
            /**
             * @example [
             *       "city",
             *       "price",
             *       "zip"
             *     ]
             */
            available_columns: string[];
            /**
             * @description The returned columns.
             * @example [
             *       "city",
             *       "price"
             *     ]
             */
            columns: string[];
            /**
             * @description As in the request; null for none.
             * @example null
             */
            search: string | null;
            /**
             * @description The same as `search`.
             * @example null
             */
            search_query: string | null;
            /**
             * @description As in the request; `id` for none.
             * @example -price
             */
            sort_by: string;
            /**
             * @description As in the request: the direction of the columns of `sort_by` that have no `-`.
             * @example asc
             * @enum {string}
             */
            sort_order: "asc" | "desc";
            /**
             * @description As in the request; an empty object for none.
             * @example {
             *       "city": "Paris"
             *     }
             */
            filters: {
                [key: string]: unknown;
            };
            /**
             * @description The same as `filters`.
             * @example {
             *       "city": "Paris"
             *     }
             */
            applied_filters: {
                [key: string]: unknown;
            };
        };
        RowsPerformanceDto: {
            /** @example 4.2 */
            response_time_ms: number;
            /** @example false */
            cached: boolean;
            /**
             * @description `used`: every index that the query needs is ready. `building`: one is being built, and the query is faster when it is ready. `none`: the query uses no index, as in small uploads.
             * @example used
             * @enum {string}
             */
            index: "used" | "building" | "none";
        };
        RowsDto: {
            /**
             * Format: uuid
             * @example 019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c
             */
            upload_id: string;
            /** @example orders.csv */
            original_filename: string;
            /**
             * @example completed
             * @enum {string}
             */
            upload_status: "completed";
            data: components["schemas"]["RowDto"][];
            /** @description Why the answer may not be what was meant. */
            warnings: components["schemas"]["RowsWarningDto"][];
            pagination: components["schemas"]["PaginationDto"];
            metadata: components["schemas"]["RowsMetadataDto"];
            performance: components["schemas"]["RowsPerformanceDto"];
        };
        TopValueDto: {
            /** @example Paris */
            value: string | number | boolean;
            /** @example 1204 */
            count: number;
        };
        HistogramBucketDto: {
            /** @example 0 */
            from: number;
            /**
             * @description The first value of the next bucket; the last bucket includes it.
             * @example 50
             */
            to: number;
            /** @example 812 */
            count: number;
        };
        ColumnDto: {
            /** @description The type of each value in the column; `text` if the values have no common type. */
            type: components["schemas"]["ColumnType"];
            /**
             * @description Position of the column in the file, from 1.
             * @example 3
             */
            position: number;
            /**
             * @description How its numbers or days are written: the number 1234.56, or a day. null for JSON's numbers, YYYY-MM-DD and RFC 3339.
             * @example 1.234,56
             */
            format: string | null;
            /**
             * @description Texts that stand for an empty cell.
             * @example [
             *       "NA"
             *     ]
             */
            null_values: string[];
            /** @description For a column of text: the type that nearly all of its values have. */
            would_be: components["schemas"]["WouldBeDto"] | null;
            /** @example 9990 */
            filled: number | null;
            /** @example 10 */
            empty: number | null;
            /**
             * @description The number of distinct values.
             * @example 1804
             */
            distinct: number | null;
            /**
             * @description `true` in big files with very many distinct values.
             * @example false
             */
            distinct_is_estimate: boolean | null;
            /** @example 0.5 */
            min: (string | number | boolean) | null;
            /**
             * @description Texts are cut at 500 characters.
             * @example 999.9
             */
            max: (string | number | boolean) | null;
            /** @description The ten most frequent values, most frequent first. */
            top_values: components["schemas"]["TopValueDto"][] | null;
            /** @example false */
            top_values_are_estimates: boolean | null;
            /** @description Only for columns of numbers: 20 buckets of equal width. */
            histogram: components["schemas"]["HistogramBucketDto"][] | null;
            /**
             * @description The key of its values in `data/`, derived from the header.
             * @example unit_price
             */
            key: string;
            /** @description The header in the file, unchanged, or the key if the file has no header. */
            name: string;
        };
        ColumnsDto: {
            /** Format: uuid */
            upload_id: string;
            /**
             * @description `building`: the profile of a big file is still being computed; try again in a few seconds.
             * @enum {string}
             */
            profile: "ready" | "building";
            /** @example 10000 */
            rows: number;
            columns: components["schemas"]["ColumnDto"][];
        };
        PatchColumnDto: {
            /**
             * @description A label for people, as the header of exports too. The key stays.
             * @example Unit price (EUR)
             */
            name?: string;
            /**
             * @description Without a format, the one that all values have is found.
             * @example number
             * @enum {string}
             */
            type?: "integer" | "number" | "boolean" | "date" | "datetime" | "text";
            /**
             * @description How numbers or days are written: the number 1234.56, or a day. null: as JSON, ISO 8601 and RFC 3339 have them.
             * @example 1.234,56
             */
            format?: string | null;
            /**
             * @description Texts that stand for an empty cell.
             * @example [
             *       "NA",
             *       "-"
             *     ]
             */
            null_values?: string[];
        };
        /** @description Conditions by column key; a row must fulfil all of them. `$or`, `$and` and `$not` hold such objects. */
        RowFilters: {
            $or?: components["schemas"]["RowFilters"][];
            $and?: components["schemas"]["RowFilters"][];
            $not?: components["schemas"]["RowFilters"];
        } & {
            [key: string]: (string | number | boolean | null) | (string | number | boolean)[] | components["schemas"]["ColumnConditions"];
        };
        /** @description Conditions on one column; all must hold. */
        ColumnConditions: {
            eq?: string | number | boolean | null;
            ne?: string | number | boolean | null;
            gt?: string | number | boolean | null;
            gte?: string | number | boolean | null;
            lt?: string | number | boolean | null;
            lte?: string | number | boolean | null;
            between?: (string | number | boolean)[];
            in?: (string | number | boolean)[];
            not_in?: (string | number | boolean)[];
            contains?: string | number | boolean | null;
            not_contains?: string | number | boolean | null;
            starts_with?: string | number | boolean | null;
            ends_with?: string | number | boolean | null;
            is_null?: boolean;
        };
        Problem: {
            /**
             * Format: uri-reference
             * @description Address of the explanation of the code.
             */
            type: string;
            /** @description The same for every problem with this code. */
            title: string;
            /**
             * @description The status of the answer.
             * @enum {integer}
             */
            status: 400 | 401 | 404 | 405 | 408 | 409 | 412 | 413 | 415 | 422 | 429 | 431 | 500 | 503 | 507;
            /** @description What went wrong in this request, in one sentence. */
            detail: string;
            /** @description The path of the request. */
            instance: string;
            code: components["schemas"]["ProblemCode"];
            /** @description The same as in X-Request-Id and in the logs. */
            request_id: string;
            /** @description The invalid fields. */
            errors?: {
                /** @example #/title */
                pointer: string;
                detail: string;
            }[];
        } & {
            [key: string]: unknown;
        };
        /**
         * @description Stable: clients branch on it. Later versions may add codes, so treat an unknown one by its status.
         * @enum {string}
         */
        ProblemCode: "body_too_large" | "conflict" | "csv_empty" | "csv_no_columns" | "csv_not_text" | "email_taken" | "format_needed" | "gzip_malformed" | "gzip_ratio_too_high" | "headers_too_large" | "idempotency_answer_lost" | "idempotency_in_progress" | "idempotency_key_invalid" | "idempotency_key_reused" | "internal_error" | "invalid_character" | "invalid_credentials" | "invalid_cursor" | "invalid_filter_value" | "invalid_reset_token" | "invalid_token" | "malformed_request" | "method_not_allowed" | "multipart_malformed" | "names_do_not_fit" | "not_authenticated" | "not_found" | "page_too_large" | "precondition_failed" | "query_timeout" | "query_too_complex" | "quota_exceeded" | "rate_limited" | "request_timed_out" | "route_not_found" | "service_unavailable" | "storage_full" | "storage_unavailable" | "too_many_answers" | "too_many_streams" | "too_many_uploads" | "type_does_not_hold" | "unknown_column" | "unknown_operator" | "unknown_option" | "unsupported_media_type" | "upload_file_missing" | "upload_incomplete" | "upload_not_cancellable" | "upload_not_ready" | "upload_not_retryable" | "upload_part_unexpected" | "upload_stalled" | "upload_too_large" | "validation_failed";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    register: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes it safe to send the request again: the same key and body get the first answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserDto"];
                };
            };
            /**
             * @description `validation_failed`: The request is not valid
             *
             *     `validation_failed`: The request is not valid
             *
             *     `idempotency_key_invalid`: The Idempotency-Key is not valid
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `email_taken`: The e-mail address has an account already
             *
             *     `email_taken`: The e-mail address has an account already
             *
             *     `idempotency_in_progress`: The first request with this Idempotency-Key is still running
             *
             *     `idempotency_answer_lost`: The request took effect but its answer was lost
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key belongs to another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `storage_full`: There is not enough storage
             *
             *     `storage_full`: There is not enough storage
             */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionDto"];
                };
            };
            /** @description `validation_failed`: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_credentials`: Wrong e-mail address or password */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    me: {
        parameters: {
            query?: {
                /** @description `true` bypasses the cache. */
                nocache?: boolean;
            };
            header?: {
                /** @description ETags that the client has, or `*`. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserDto"];
                };
            };
            /** @description The client has the current answer. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `malformed_request`: The request cannot be read
             *
             *     `validation_failed`: The request is not valid
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DetailDto"];
                };
            };
            /**
             * @description `malformed_request`: The request cannot be read
             *
             *     `validation_failed`: The request is not valid
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logoutAll: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DetailDto"];
                };
            };
            /**
             * @description `malformed_request`: The request cannot be read
             *
             *     `validation_failed`: The request is not valid
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePasswordDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DetailDto"];
                };
            };
            /** @description `validation_failed`: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetPasswordDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DetailDto"];
                };
            };
            /** @description `validation_failed`: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmPasswordReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmResetDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DetailDto"];
                };
            };
            /**
             * @description `validation_failed`: The request is not valid
             *
             *     `invalid_reset_token`: The token for a new password is not valid
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTasks: {
        parameters: {
            query?: {
                /** @description Page, from 1. */
                page?: number;
                /** @description Results on a page, at most 100. */
                page_size?: number;
                /** @description The page behind another: its `next_cursor`, with the same filters and ordering. Empty: the first page, whose `next` has a cursor. A result that is not changed meanwhile is on one page, whatever is added or removed. Cannot be combined with `page`. */
                cursor?: string;
                /** @description `pending`, `in_progress`, `completed`, or several of them, separated by commas: any of these. For example `pending,in_progress`. */
                status?: string;
                /** @description `low`, `medium`, `high`, or several of them, separated by commas: any of these. For example `high`. */
                priority?: string;
                /**
                 * @description Due before this time: RFC 3339 with a zone. Or a date: due on that day (UTC) or before. A task that is due on a day counts as due
                 *     at its end. For example `2027-01-01T00:00:00Z`.
                 */
                due_before?: string;
                /** @description Due after this time: RFC 3339 with a zone. Or a date: due on that day (UTC) or after. For example `2026-12-01`. */
                due_after?: string;
                /** @description `true`: tasks that are past their due date and not completed. `false`: all others. */
                overdue?: "true" | "false";
                /** @description A part of the title or the description. Case is ignored. */
                search?: string;
                /**
                 * @description Sort keys, most important first, `-` for descending: `created_at`, `updated_at`, `due_date`, `completed_at`, `priority`
                 *     (low before high), `status` (pending before completed), `title` (by code point). Tasks without a date come last in both
                 *     directions. Tasks with equal keys: newest first. A task that is due on a day comes behind those that are due at a time of that day,
                 *     and before those of the next. For example `-due_date,priority`.
                 */
                ordering?: string;
                /** @description `true` bypasses the cache. */
                nocache?: boolean;
            };
            header?: {
                /** @description ETags that the client has, or `*`. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskPageDto"];
                };
            };
            /** @description The client has the current answer. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `validation_failed`: The request is not valid
             *
             *     `invalid_cursor`: The cursor is invalid
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `too_many_answers`: Too many long answers at the same time
             *
             *     `rate_limited`: Too many requests
             */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `query_timeout`: The query took too long */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes it safe to send the request again: the same key and body get the first answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateTaskDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    /** @description ETag of this version of the task, for If-Match. */
                    ETag?: string;
                    /** @description Address of the task. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskDto"];
                };
            };
            /**
             * @description `validation_failed`: The request is not valid
             *
             *     `validation_failed`: The request is not valid
             *
             *     `idempotency_key_invalid`: The Idempotency-Key is not valid
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `idempotency_in_progress`: The first request with this Idempotency-Key is still running
             *
             *     `idempotency_answer_lost`: The request took effect but its answer was lost
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key belongs to another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `storage_full`: There is not enough storage
             *
             *     `storage_full`: There is not enough storage
             */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTask: {
        parameters: {
            query?: {
                /** @description `true` bypasses the cache. */
                nocache?: boolean;
            };
            header?: {
                /** @description ETags that the client has, or `*`. */
                "If-None-Match"?: string;
            };
            path: {
                /** @example 019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description ETag of this version of the task, for If-Match. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskDto"];
                };
            };
            /** @description The client has the current answer. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `malformed_request`: The request cannot be read
             *
             *     `validation_failed`: The request is not valid
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replaceTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change the task only if its current ETag is in this list. `*` allows any. For example `"1"`. */
                "If-Match"?: string;
            };
            path: {
                /** @example 019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplaceTaskDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description ETag of this version of the task, for If-Match. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskDto"];
                };
            };
            /** @description `validation_failed`: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The object was changed since you read it */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change the task only if its current ETag is in this list. `*` allows any. For example `"1"`. */
                "If-Match"?: string;
            };
            path: {
                /** @example 019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `malformed_request`: The request cannot be read
             *
             *     `validation_failed`: The request is not valid
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The object was changed since you read it */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change the task only if its current ETag is in this list. `*` allows any. For example `"1"`. */
                "If-Match"?: string;
            };
            path: {
                /** @example 019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/merge-patch+json": components["schemas"]["PatchTaskDto"];
                "application/json": components["schemas"]["PatchTaskDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description ETag of this version of the task, for If-Match. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskDto"];
                };
            };
            /** @description `validation_failed`: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The object was changed since you read it */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completeTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change the task only if its current ETag is in this list. `*` allows any. For example `"1"`. */
                "If-Match"?: string;
                /** @description Makes it safe to send the request again: the same key and body get the first answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @example 019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description ETag of this version of the task, for If-Match. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskDto"];
                };
            };
            /** @description `idempotency_key_invalid`: The Idempotency-Key is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `idempotency_in_progress`: The first request with this Idempotency-Key is still running
             *
             *     `idempotency_answer_lost`: The request took effect but its answer was lost
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The object was changed since you read it */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key belongs to another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `storage_full`: There is not enough storage
             *
             *     `storage_full`: There is not enough storage
             */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUploads: {
        parameters: {
            query?: {
                /** @description Page, from 1. */
                page?: number;
                /** @description Results on a page, at most 100. */
                page_size?: number;
                /** @description Only uploads with this status. */
                status?: components["schemas"]["UploadStatus"];
                /** @description `true` bypasses the cache. */
                nocache?: boolean;
            };
            header?: {
                /** @description ETags that the client has, or `*`. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadPageDto"];
                };
            };
            /** @description The client has the current answer. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `validation_failed`: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `too_many_answers`: Too many long answers at the same time
             *
             *     `rate_limited`: Too many requests
             */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    uploadCsv: {
        parameters: {
            query?: {
                /** @description The encoding: an alias or one of utf-8, utf-16le, utf-16be, utf-16, utf-32le, utf-32be, windows-1250, windows-1251, windows-1252, windows-1253, windows-1254, windows-1255, windows-1256, windows-1257, windows-1258, windows-874, iso-8859-1, iso-8859-2, iso-8859-3, iso-8859-4, iso-8859-5, iso-8859-6, iso-8859-7, iso-8859-8, iso-8859-9, iso-8859-10, iso-8859-13, iso-8859-14, iso-8859-15, iso-8859-16, macintosh, koi8-r, koi8-u, cp437, cp850, cp852, cp866, shift_jis, euc-jp, euc-kr, gb18030, gbk, big5. For example `windows-1252`. */
                encoding?: string;
                /** @description The decimal separator of numbers. */
                decimal?: "." | "," | "auto";
                /** @description Number of lines to skip before the header or the first record. For example `0`. */
                skip?: number;
                /** @description Whether the first line names the columns. */
                header?: "true" | "false" | "auto";
                /** @description Whether blanks beside delimiters, outside of quotes, are no part of a cell. */
                trim?: "true" | "false" | "auto";
                /** @description Number of records directly below the header that are no rows, such as a row of units. */
                skip_after_header?: number;
                /** @description Number of records at the end of the file that are no rows. Without it, a footer is detected. */
                skip_footer?: number;
                /** @description Number of records that may be rejected; one more fails the upload. Without it, the share of rejects decides. */
                max_rejects?: number;
                /** @description The name of a file that is the body itself, if Content-Disposition does not name it. For example `sales.csv`. */
                filename?: string;
                /** @description What stands between two cells: 1 to 4 characters, or one of `comma`, `semicolon`, `tab`, `pipe`, `space`, `colon`, `caret`, `tilde`. For example `semicolon`. */
                delimiter?: string;
                /** @description The character around cells, or one of `double`, `single`, `none`. For example `double`. */
                quote?: string;
                /**
                 * @description The character before a quote that is part of a cell: `doubled` for the quote itself, `backslash`, or a character. With `quote=none`:
                 *     before a delimiter or line break that is part of a cell. For example `doubled`.
                 */
                escape?: string;
                /** @description The mark between groups of three digits: `.`, `,`, `'`, or one of `none`, `space`, `apostrophe`. For example `.`. */
                thousands?: string;
                /** @description The form of dates: D, M and Y in any usual order, with `.`, `/` or `-` between them. For example `DD.MM.YYYY`. */
                date_format?: string;
                /** @description What lines begin with that are comments: 1 to 4 punctuation characters. They are no rows, and are counted. For example `#`. */
                comment?: string;
                /** @description The names of all columns, which replace those of the header. A name with a comma is quoted: `city,"price, net"`. For example `city,price,day`. */
                names?: string;
                /** @description The types of columns, by key or name. A column that has other values too stays text. For example `price:number,day:date`. */
                types?: string;
                /** @description Cells that stand for no value, besides the empty one. For example `NA,-`. */
                null_values?: string;
            };
            header?: {
                /** @description Names a file that is the body itself. For example `attachment; filename="sales.csv"`. */
                "Content-Disposition"?: string;
                /** @description For a file that is the body itself. A file that is gzip by its content needs no header. */
                "Content-Encoding"?: "gzip" | "identity";
                /** @description Makes it safe to send the request again: the same key and body get the first answer. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /**
                     * Format: binary
                     * @description The file, sent with a file name.
                     */
                    file: Blob;
                };
                "text/csv": Blob;
                "text/plain": Blob;
                "text/tab-separated-values": Blob;
                "application/octet-stream": Blob;
            };
        };
        responses: {
            201: {
                headers: {
                    /** @description URL of the upload. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadDto"];
                };
            };
            /**
             * @description `validation_failed`: The request is not valid
             *
             *     `unknown_option`: The option does not exist
             *
             *     `multipart_malformed`: The multipart body cannot be read
             *
             *     `upload_file_missing`: The request has no file
             *
             *     `upload_part_unexpected`: The request has an unexpected part
             *
             *     `upload_incomplete`: The body ends too early
             *
             *     `validation_failed`: The request is not valid
             *
             *     `unknown_option`: The option does not exist
             *
             *     `multipart_malformed`: The multipart body cannot be read
             *
             *     `upload_file_missing`: The request has no file
             *
             *     `upload_part_unexpected`: The request has an unexpected part
             *
             *     `upload_incomplete`: The body ends too early
             *
             *     `idempotency_key_invalid`: The Idempotency-Key is not valid
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `upload_stalled`: The upload stalled */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `idempotency_in_progress`: The first request with this Idempotency-Key is still running
             *
             *     `idempotency_answer_lost`: The request took effect but its answer was lost
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `upload_too_large`: The file is too large
             *
             *     `gzip_ratio_too_high`: The gzip stream grows too much
             *
             *     `quota_exceeded`: Your files take all of your storage
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `gzip_malformed`: The gzip stream cannot be unpacked
             *
             *     `csv_empty`: The file is empty
             *
             *     `csv_not_text`: The file is not CSV
             *
             *     `csv_no_columns`: The file has no columns
             *
             *     `names_do_not_fit`: The names do not fit the columns
             *
             *     `gzip_malformed`: The gzip stream cannot be unpacked
             *
             *     `csv_empty`: The file is empty
             *
             *     `csv_not_text`: The file is not CSV
             *
             *     `csv_no_columns`: The file has no columns
             *
             *     `names_do_not_fit`: The names do not fit the columns
             *
             *     `idempotency_key_reused`: The Idempotency-Key belongs to another request
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `too_many_uploads`: Too many uploads at the same time
             *
             *     `rate_limited`: Too many requests
             */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_unavailable`: The file storage is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `storage_full`: There is not enough storage
             *
             *     `storage_full`: There is not enough storage
             */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUpload: {
        parameters: {
            query?: {
                /** @description `true` bypasses the cache. */
                nocache?: boolean;
            };
            header?: {
                /** @description ETags that the client has, or `*`. */
                "If-None-Match"?: string;
            };
            path: {
                /** @example 019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadDto"];
                };
            };
            /** @description The client has the current answer. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `malformed_request`: The request cannot be read
             *
             *     `validation_failed`: The request is not valid
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `malformed_request`: The request cannot be read
             *
             *     `validation_failed`: The request is not valid
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelUpload: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes it safe to send the request again: the same key and body get the first answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @example 019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadDto"];
                };
            };
            /** @description `idempotency_key_invalid`: The Idempotency-Key is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `upload_not_cancellable`: The upload cannot be cancelled
             *
             *     `upload_not_cancellable`: The upload cannot be cancelled
             *
             *     `idempotency_in_progress`: The first request with this Idempotency-Key is still running
             *
             *     `idempotency_answer_lost`: The request took effect but its answer was lost
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key belongs to another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryUpload: {
        parameters: {
            query?: {
                /** @description The encoding: an alias or one of utf-8, utf-16le, utf-16be, utf-16, utf-32le, utf-32be, windows-1250, windows-1251, windows-1252, windows-1253, windows-1254, windows-1255, windows-1256, windows-1257, windows-1258, windows-874, iso-8859-1, iso-8859-2, iso-8859-3, iso-8859-4, iso-8859-5, iso-8859-6, iso-8859-7, iso-8859-8, iso-8859-9, iso-8859-10, iso-8859-13, iso-8859-14, iso-8859-15, iso-8859-16, macintosh, koi8-r, koi8-u, cp437, cp850, cp852, cp866, shift_jis, euc-jp, euc-kr, gb18030, gbk, big5. For example `windows-1252`. */
                encoding?: string;
                /** @description The decimal separator of numbers. */
                decimal?: "." | "," | "auto";
                /** @description Number of lines to skip before the header or the first record. For example `0`. */
                skip?: number;
                /** @description Whether the first line names the columns. */
                header?: "true" | "false" | "auto";
                /** @description Whether blanks beside delimiters, outside of quotes, are no part of a cell. */
                trim?: "true" | "false" | "auto";
                /** @description Number of records directly below the header that are no rows, such as a row of units. */
                skip_after_header?: number;
                /** @description Number of records at the end of the file that are no rows. Without it, a footer is detected. */
                skip_footer?: number;
                /** @description Number of records that may be rejected; one more fails the upload. Without it, the share of rejects decides. */
                max_rejects?: number;
                /** @description What stands between two cells: 1 to 4 characters, or one of `comma`, `semicolon`, `tab`, `pipe`, `space`, `colon`, `caret`, `tilde`. For example `semicolon`. */
                delimiter?: string;
                /** @description The character around cells, or one of `double`, `single`, `none`. For example `double`. */
                quote?: string;
                /**
                 * @description The character before a quote that is part of a cell: `doubled` for the quote itself, `backslash`, or a character. With `quote=none`:
                 *     before a delimiter or line break that is part of a cell. For example `doubled`.
                 */
                escape?: string;
                /** @description The mark between groups of three digits: `.`, `,`, `'`, or one of `none`, `space`, `apostrophe`. For example `.`. */
                thousands?: string;
                /** @description The form of dates: D, M and Y in any usual order, with `.`, `/` or `-` between them. For example `DD.MM.YYYY`. */
                date_format?: string;
                /** @description What lines begin with that are comments: 1 to 4 punctuation characters. They are no rows, and are counted. For example `#`. */
                comment?: string;
                /** @description The names of all columns, which replace those of the header. A name with a comma is quoted: `city,"price, net"`. For example `city,price,day`. */
                names?: string;
                /** @description The types of columns, by key or name. A column that has other values too stays text. For example `price:number,day:date`. */
                types?: string;
                /** @description Cells that stand for no value, besides the empty one. For example `NA,-`. */
                null_values?: string;
            };
            header?: {
                /** @description Makes it safe to send the request again: the same key and body get the first answer. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @example 019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadDto"];
                };
            };
            /**
             * @description `validation_failed`: The request is not valid
             *
             *     `unknown_option`: The option does not exist
             *
             *     `validation_failed`: The request is not valid
             *
             *     `unknown_option`: The option does not exist
             *
             *     `idempotency_key_invalid`: The Idempotency-Key is not valid
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `upload_not_retryable`: The upload cannot be retried
             *
             *     `upload_not_retryable`: The upload cannot be retried
             *
             *     `idempotency_in_progress`: The first request with this Idempotency-Key is still running
             *
             *     `idempotency_answer_lost`: The request took effect but its answer was lost
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key belongs to another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `storage_full`: There is not enough storage
             *
             *     `storage_full`: There is not enough storage
             */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteUploadAlias: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `malformed_request`: The request cannot be read
             *
             *     `validation_failed`: The request is not valid
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewCsv: {
        parameters: {
            query?: {
                /** @description The encoding: an alias or one of utf-8, utf-16le, utf-16be, utf-16, utf-32le, utf-32be, windows-1250, windows-1251, windows-1252, windows-1253, windows-1254, windows-1255, windows-1256, windows-1257, windows-1258, windows-874, iso-8859-1, iso-8859-2, iso-8859-3, iso-8859-4, iso-8859-5, iso-8859-6, iso-8859-7, iso-8859-8, iso-8859-9, iso-8859-10, iso-8859-13, iso-8859-14, iso-8859-15, iso-8859-16, macintosh, koi8-r, koi8-u, cp437, cp850, cp852, cp866, shift_jis, euc-jp, euc-kr, gb18030, gbk, big5. For example `windows-1252`. */
                encoding?: string;
                /** @description The decimal separator of numbers. */
                decimal?: "." | "," | "auto";
                /** @description Number of lines to skip before the header or the first record. For example `0`. */
                skip?: number;
                /** @description Whether the first line names the columns. */
                header?: "true" | "false" | "auto";
                /** @description Whether blanks beside delimiters, outside of quotes, are no part of a cell. */
                trim?: "true" | "false" | "auto";
                /** @description Number of records directly below the header that are no rows, such as a row of units. */
                skip_after_header?: number;
                /** @description Number of records at the end of the file that are no rows. Without it, a footer is detected. */
                skip_footer?: number;
                /** @description Number of records that may be rejected; one more fails the upload. Without it, the share of rejects decides. */
                max_rejects?: number;
                /** @description The name of a file that is the body itself, if Content-Disposition does not name it. For example `sales.csv`. */
                filename?: string;
                /** @description What stands between two cells: 1 to 4 characters, or one of `comma`, `semicolon`, `tab`, `pipe`, `space`, `colon`, `caret`, `tilde`. For example `semicolon`. */
                delimiter?: string;
                /** @description The character around cells, or one of `double`, `single`, `none`. For example `double`. */
                quote?: string;
                /**
                 * @description The character before a quote that is part of a cell: `doubled` for the quote itself, `backslash`, or a character. With `quote=none`:
                 *     before a delimiter or line break that is part of a cell. For example `doubled`.
                 */
                escape?: string;
                /** @description The mark between groups of three digits: `.`, `,`, `'`, or one of `none`, `space`, `apostrophe`. For example `.`. */
                thousands?: string;
                /** @description The form of dates: D, M and Y in any usual order, with `.`, `/` or `-` between them. For example `DD.MM.YYYY`. */
                date_format?: string;
                /** @description What lines begin with that are comments: 1 to 4 punctuation characters. They are no rows, and are counted. For example `#`. */
                comment?: string;
                /** @description The names of all columns, which replace those of the header. A name with a comma is quoted: `city,"price, net"`. For example `city,price,day`. */
                names?: string;
                /** @description The types of columns, by key or name. A column that has other values too stays text. For example `price:number,day:date`. */
                types?: string;
                /** @description Cells that stand for no value, besides the empty one. For example `NA,-`. */
                null_values?: string;
            };
            header?: {
                /** @description Names a file that is the body itself. For example `attachment; filename="sales.csv"`. */
                "Content-Disposition"?: string;
                /** @description For a file that is the body itself. A file that is gzip by its content needs no header. */
                "Content-Encoding"?: "gzip" | "identity";
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /**
                     * Format: binary
                     * @description The file, sent with a file name.
                     */
                    file: Blob;
                };
                "text/csv": Blob;
                "text/plain": Blob;
                "text/tab-separated-values": Blob;
                "application/octet-stream": Blob;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreviewDto"];
                };
            };
            /**
             * @description `validation_failed`: The request is not valid
             *
             *     `unknown_option`: The option does not exist
             *
             *     `multipart_malformed`: The multipart body cannot be read
             *
             *     `upload_file_missing`: The request has no file
             *
             *     `upload_part_unexpected`: The request has an unexpected part
             *
             *     `upload_incomplete`: The body ends too early
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `upload_stalled`: The upload stalled */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `upload_too_large`: The file is too large
             *
             *     `gzip_ratio_too_high`: The gzip stream grows too much
             */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `gzip_malformed`: The gzip stream cannot be unpacked
             *
             *     `csv_empty`: The file is empty
             *
             *     `csv_not_text`: The file is not CSV
             *
             *     `csv_no_columns`: The file has no columns
             *
             *     `names_do_not_fit`: The names do not fit the columns
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `too_many_uploads`: Too many uploads at the same time
             *
             *     `rate_limited`: Too many requests
             */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUploadProgress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadProgressDto"];
                };
            };
            /**
             * @description `malformed_request`: The request cannot be read
             *
             *     `validation_failed`: The request is not valid
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamUploadProgress: {
        parameters: {
            query?: never;
            header?: {
                /** @description Sent by EventSource when it reconnects. */
                "Last-Event-ID"?: string;
            };
            path: {
                /** @example 019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 3000
                     *
                     *     id: 1
                     *     data: {"status":"processing","progress":42}
                     */
                    "text/event-stream": string;
                };
            };
            /** @description The client has already received the last event and need not reconnect. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `malformed_request`: The request cannot be read
             *
             *     `validation_failed`: The request is not valid
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `too_many_streams`: Too many open event streams
             *
             *     `rate_limited`: Too many requests
             */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRejects: {
        parameters: {
            query?: {
                /** @description Page, from 1. */
                page?: number;
                /** @description Results on a page, at most 100. */
                page_size?: number;
                /** @description `csv` returns all rejects as one file, to be corrected and uploaded again; it ignores `page` and `page_size`. */
                format?: "json" | "csv";
                /** @description For `csv`: `true` puts an apostrophe before cells that a spreadsheet would take for a formula. Numbers do not change. */
                escape_formulas?: "true" | "false";
            };
            header?: {
                /** @description ETags that the client has, or `*`. */
                "If-None-Match"?: string;
            };
            path: {
                /** @example 019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RejectPageDto"];
                    /**
                     * @example id,city
                     *     7,Rome,surplus
                     */
                    "text/csv": string;
                };
            };
            /** @description The client has the current answer. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `validation_failed`: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `too_many_answers`: Too many long answers at the same time
             *
             *     `rate_limited`: Too many requests
             */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    healthCheck: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthReportDto"];
                };
            };
            /**
             * @description `malformed_request`: The request cannot be read
             *
             *     `validation_failed`: The request is not valid
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is down. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthReportDto"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    livez: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `malformed_request`: The request cannot be read
             *
             *     `validation_failed`: The request is not valid
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `malformed_request`: The request cannot be read
             *
             *     `validation_failed`: The request is not valid
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service cannot serve requests at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readRows: {
        parameters: {
            query?: {
                /** @description A JSON object of conditions; a row must fulfil all of them. `{"city": "Paris"}` means equal, `{"city": ["Paris", "Rome"]}` means any of, and an object has operators: `eq` `ne` `gt` `gte` `lt` `lte` `between` `in` `not_in` `contains` `not_contains` `starts_with` `ends_with` `is_null`. `contains`, `not_contains`, `starts_with` and `ends_with` ignore letter case; `between` includes both ends; an empty cell fulfils only `is_null`, not even `ne`, `not_in` or `not_contains`. `$or` and `$and` take arrays of such objects, `$not` takes one object and is its complement, so it finds empty cells too; these groups nest to a depth of 5, with at most 100 conditions in all. A column is named by its key, or by its original name where only one column has it. Values are compared by the type of the column: datetimes are instants, and UTC where they have no zone. For example `{"price": {"gte": 10, "lt": 20}}`, `{"city": ["Paris", "Rome"]}`, `{"$or": [{"city": "Paris"}, {"price": {"lt": 5}}]}`, `{"status": "open", "$not": {"city": {"starts_with": "new"}}}`. */
                filters?: string;
                /** @description Text that some value of the row contains, in any letter case. For example `par`. */
                search?: string;
                /** @description Columns to sort by, at most 8, separated by commas, with `-` before descending ones; or `id` (`row_id`) for file order. Empty cells come last in both directions; equal rows keep file order. For example `price,-city`. */
                sort_by?: string;
                /** @description The direction of the columns without `-`. */
                sort_order?: "asc" | "desc";
                /** @description Columns to return, separated by commas. Default: all. For example `city,price`. */
                columns?: string;
                /** @description Cannot be combined with `cursor`. */
                page?: number;
                page_size?: number;
                /** @description `pagination.next_cursor` of the previous page, with the same filters, search and sort. */
                cursor?: string;
                /** @description `exact` becomes an estimate when counting takes too long; `total_count_is_estimate` tells which. `none` skips the count. */
                count?: "exact" | "estimated" | "none";
                /** @description `typed`: JSON numbers and booleans where the column has such a type; `text`: the exact text. */
                values?: "typed" | "text";
                /** @description `true` bypasses the cache. */
                nocache?: boolean;
            };
            header?: {
                /** @description ETags that the client has, or `*`. */
                "If-None-Match"?: string;
            };
            path: {
                /** @example 019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description Weak, because the response reports its own duration. */
                    ETag?: string;
                    "X-Cache"?: "HIT" | "MISS" | "BYPASS";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RowsDto"];
                };
            };
            /** @description The client has the current response. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `validation_failed`: The request is not valid
             *
             *     `unknown_column`: The column does not exist
             *
             *     `unknown_operator`: The operator does not exist
             *
             *     `invalid_filter_value`: A filter value is invalid
             *
             *     `invalid_cursor`: The cursor is invalid
             *
             *     `page_too_large`: The rows of the page are too long
             *
             *     `query_too_complex`: The request asks for too much at once
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `upload_not_ready`: The upload is not ready */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `too_many_answers`: Too many long answers at the same time
             *
             *     `rate_limited`: Too many requests
             */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `query_timeout`: The query took too long */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readColumns: {
        parameters: {
            query?: {
                /** @description `true` bypasses the cache. */
                nocache?: boolean;
            };
            header?: {
                /** @description ETags that the client has, or `*`. */
                "If-None-Match"?: string;
            };
            path: {
                /** @example 019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ColumnsDto"];
                };
            };
            /** @description The client has the current answer. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `malformed_request`: The request cannot be read
             *
             *     `validation_failed`: The request is not valid
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `upload_not_ready`: The upload is not ready */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `service_unavailable`: The service is not available at the moment */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeColumn: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c */
                id: string;
                /** @example unit_price */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatchColumnDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadColumnDto"];
                };
            };
            /** @description `validation_failed`: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `upload_not_ready`: The upload is not ready */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large`: The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `type_does_not_hold`: The column has other values
             *
             *     `format_needed`: The order of day and month is open
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `query_timeout`: The query took too long */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportRows: {
        parameters: {
            query?: {
                /** @description A JSON object of conditions; a row must fulfil all of them. `{"city": "Paris"}` means equal, `{"city": ["Paris", "Rome"]}` means any of, and an object has operators: `eq` `ne` `gt` `gte` `lt` `lte` `between` `in` `not_in` `contains` `not_contains` `starts_with` `ends_with` `is_null`. `contains`, `not_contains`, `starts_with` and `ends_with` ignore letter case; `between` includes both ends; an empty cell fulfils only `is_null`, not even `ne`, `not_in` or `not_contains`. `$or` and `$and` take arrays of such objects, `$not` takes one object and is its complement, so it finds empty cells too; these groups nest to a depth of 5, with at most 100 conditions in all. A column is named by its key, or by its original name where only one column has it. Values are compared by the type of the column: datetimes are instants, and UTC where they have no zone. For example `{"price": {"gte": 10, "lt": 20}}`, `{"city": ["Paris", "Rome"]}`, `{"$or": [{"city": "Paris"}, {"price": {"lt": 5}}]}`, `{"status": "open", "$not": {"city": {"starts_with": "new"}}}`. */
                filters?: string;
                /** @description Text that some value of the row contains, in any letter case. For example `par`. */
                search?: string;
                /** @description Columns to sort by, at most 8, separated by commas, with `-` before descending ones; or `id` (`row_id`) for file order. Empty cells come last in both directions; equal rows keep file order. For example `price,-city`. */
                sort_by?: string;
                /** @description The direction of the columns without `-`. */
                sort_order?: "asc" | "desc";
                format?: "csv" | "ndjson";
                /** @description Columns to write, separated by commas. Default: all. For example `city,price`. */
                columns?: string;
                /** @description For ndjson; CSV always has the exact text. */
                values?: "typed" | "text";
                /** @description `true` puts an apostrophe before texts that a spreadsheet would take for a formula: those that start with = + - @, also of full width, tab, line feed or carriage return. Columns of numbers do not change. */
                escape_formulas?: "true" | "false";
            };
            header?: never;
            path: {
                /** @example 019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description CSV (RFC 4180) with the original headers and exact texts, or one JSON object per line. */
            200: {
                headers: {
                    /** @description The original file name. */
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example City,Unit Price
                     *     Paris,12.50
                     */
                    "text/csv": string;
                    /** @example {"city":"Paris","unit_price":12.50} */
                    "application/x-ndjson": string;
                };
            };
            /**
             * @description `validation_failed`: The request is not valid
             *
             *     `unknown_column`: The column does not exist
             *
             *     `unknown_operator`: The operator does not exist
             *
             *     `invalid_filter_value`: A filter value is invalid
             *
             *     `query_too_complex`: The request asks for too much at once
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `not_authenticated`: Authentication is required
             *
             *     `invalid_token`: The token is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `upload_not_ready`: The upload is not ready */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `too_many_answers`: Too many long answers at the same time
             *
             *     `rate_limited`: Too many requests
             */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `query_timeout`: The query took too long */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage_full`: There is not enough storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
