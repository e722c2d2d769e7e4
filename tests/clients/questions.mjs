// What both clients ask of the real graph.

export const LIST = `
  query List($first: Int!) {
    complaints(first: $first) {
      nodes { title agency { code } origin { source } }
      sources { source status rows }
      complete
    }
  }
`;

export const AGENCY = `
  query Agency($code: String!) { agency(code: $code) { code name { ar fr } } }
`;

export const SILENT = `
  query Silent { agency(code: "silent") { code services { nodes { code } } } }
`;

export const UNKNOWN = `query Unknown { unheardOf }`;

export const FILE = `
  mutation File($input: FileComplaintInput!) {
    fileComplaint(input: $input) { receipt { complaint { title agencyCode } } problems { code } }
  }
`;

// A filing of its own for each `client`.
export function input(client) {
  return {
    agency: "water",
    title: "انقطاع الماء",
    description: "لا ماء منذ ثلاثة أيام",
    idempotencyKey: `a-key-that-nobody-guesses-${client}`,
  };
}
