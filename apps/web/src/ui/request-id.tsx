/** The id by which the operator finds a request in the log; nothing where no answer came. */
export const RequestId = ({ id }: { id: string }) =>
  id === '' ? null : (
    <p className="problem-id">
      Request <code>{id}</code>
    </p>
  );
