// From WGS-84 to GCJ-02, the shifted datum of some providers: the formula that has been public since 2010, as in Datum.cs.

const axis = 6_378_245.0;
const eccentricity2 = 0.006_693_421_622_965_943_23;

/** The point at which such a map shows a WGS-84 point; within China's box only, elsewhere the same. */
export function toGcj02(lat: number, lon: number): { lat: number; lon: number } {
  if (lon < 72.004 || lon > 137.8347 || lat < 0.8293 || lat > 55.8271) return { lat, lon };
  const [x, y, pi] = [lon - 105, lat - 35, Math.PI];
  const waves = (20 * Math.sin(6 * x * pi) + 20 * Math.sin(2 * x * pi)) * 2 / 3;
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + waves + (20 * Math.sin(y * pi) + 40 * Math.sin(y / 3 * pi)) * 2 / 3 + (160 * Math.sin(y / 12 * pi) + 320 * Math.sin(y * pi / 30)) * 2 / 3;
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + waves + (20 * Math.sin(x * pi) + 40 * Math.sin(x / 3 * pi)) * 2 / 3 + (150 * Math.sin(x / 12 * pi) + 300 * Math.sin(x / 30 * pi)) * 2 / 3;
  const sin = Math.sin(lat / 180 * pi);
  const part = 1 - eccentricity2 * sin * sin;
  return {
    lat: lat + north * 180 / (axis * (1 - eccentricity2) / (part * Math.sqrt(part)) * pi),
    lon: lon + east * 180 / (axis / Math.sqrt(part) * Math.cos(lat / 180 * pi) * pi),
  };
}
